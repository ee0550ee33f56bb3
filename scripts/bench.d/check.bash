# Sourced by scripts/bench.

# A playbook of 64 agents with 16 endpoints each and 1,000 sets of objects.
make_large_playbook() {
  awk 'BEGIN {
    print "target: s3://bucket/\nworkload: [{op: get, path: \"d0/*\"}]\ndistributed:\n  shared_filesystem: true\n  ssh: {enabled: true}"
    print "  stages: [{name: validation}, {name: prepare}, {name: execute, duration: 30s}, {name: cleanup}]\n  agents:"
    for (a = 0; a < 64; a++) {
      printf "    - address: node%d\n      multi_endpoint:\n        endpoints:\n", a
      for (e = 0; e < 16; e++) printf "          - s3://10.0.%d.%d:9000/bucket/\n", a, e
    }
    print "prepare:\n  ensure_objects:"
    for (s = 0; s < 1000; s++) printf "    - {base_uri: \"d%d/\", count: 1000, size_spec: {uniform: {min: 1KiB, max: 1MiB}}}\n", s
  }' > "$1"
}

# Wall time, CPU and most memory of a run of its arguments: seconds, seconds, MiB.
measure_run() {
  local TIMEFORMAT='%R %U %S' taken peak
  taken=$({ time /usr/bin/env time -f %M -o "$work/peak" "$@" > "$work/measured.out" 2> "$work/measured.log"; } 2>&1) || { cat "$work/measured.log" >&2; exit 1; }
  peak=$(tail -n 1 "$work/peak")
  awk -v peak="$peak" '{ printf "%.2f %.2f %d\n", $1, $2 + $3, peak / 1024 }' <<< "$taken"
}

bench_check() {
  local form round row
  make_large_playbook "$work/large.yaml"
  echo "### \`scripts/bench check\`"
  echo
  echo "\`muster check\` of $(wc -l < "$work/large.yaml") lines: 64 agents with 16 endpoints each, 1,000 sets. Median of 5; the goal is 0.5 s."
  echo
  echo '| form | seconds | CPU seconds | MiB at most | bytes out |'
  echo '| --- | ---: | ---: | ---: | ---: |'
  for form in '' --json; do
    row=$(for round in 1 2 3 4 5; do measure_run "$muster" check $form "$work/large.yaml"; done | sort -g | sed -n 3p)
    echo "| ${form:-summary} | $(tr ' ' '|' <<< "$row" | sed 's/|/ | /g') | $(wc -c < "$work/measured.out") |"
  done
}
