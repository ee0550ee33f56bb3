# How far apart 10 agents on this machine put their first operations on the storage.

readonly skew_stages=100

write_skew_playbook() {
  cat << END
target: "file://$memory/skew/"
concurrency: 2
distributed:
  shared_filesystem: false
  start_delay: 0s
  agents: [$(for i in {1..10}; do printf '{id: a%d, address: local}, ' "$i"; done)]
  barrier_sync: {enabled: true}
  stages:
    - {name: prepare, order: 1, type: prepare}
$(for ((i = 1; i <= skew_stages; i++)); do echo "    - {name: load-$i, order: $((i + 1)), type: execute, duration: 200ms}"; done)
    - {name: cleanup, order: $((skew_stages + 2)), type: cleanup}
prepare:
  ensure_objects: [{base_uri: "files/", count: 10, size_spec: 4KiB}]
  cleanup: true
workload:
  - {op: get, path: "files/prepared-*.dat", weight: 100}
END
}

# The middle, the 99th of a hundred and the greatest of the numbers on standard input, nanoseconds, in microseconds.
spread() { sort -g | awk '{ v[NR] = $1 / 1000 } END { printf "%.0f | %.0f | %.0f\n", v[int((NR + 1) / 2)], v[int(NR * 0.99)], v[NR] }'; }

bench_skew() {
  local events
  write_skew_playbook > "$work/skew.yaml"
  rm -rf "$work/skew"
  mkdir "$work/skew"
  "$muster" run "$work/skew.yaml" --results "$work/skew" > "$work/skew.log" 2>&1 || { cat "$work/skew.log" >&2; exit 1; }
  events=$(cat "$work"/skew/muster-*/events.jsonl)
  numbers() { grep '"kind":"start_skew"' <<< "$events" | grep -o "\"$1\":[0-9]*" | cut -d : -f 2; }
  echo "### \`scripts/bench skew\`"
  echo
  echo "10 agents of 2 workers on this machine, $(numbers skew_ns | wc -l) common starts: time between the first and the last agent's first operation."
  echo
  echo "| what | median µs | p99 µs | maximum µs |"
  echo "| --- | --- | --- | --- |"
  echo "| skew | $(numbers skew_ns | spread) |"
  echo "| its bound | $(numbers bound_ns | spread) |"
}
