# GETs of 1,000 files of 4 KiB on tmpfs with 8 workers, by Muster and by fio, in turns.

readonly load_rounds=5 load_seconds=4

write_load_playbook() {
  cat > "$work/load.yaml" << END
target: "file://$memory/muster/"
duration: ${load_seconds}s
concurrency: 8
prepare:
  ensure_objects: [{base_uri: "data/", count: 1000, size_spec: 4KiB}]
  cleanup: true
workload:
  - {op: get, path: "data/prepared-*.dat", weight: 100}
END
}

# Clock ticks of CPU that process $1 has used, user and system.
ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

# The cores that process $1 keeps busy, from a look of 2 s in the midst of its load.
cores_of() {
  local before begun
  before=$(ticks "$1") begun=$(date +%s.%N)
  sleep 2
  awk -v a="$before" -v b="$(ticks "$1")" -v s="$begun" -v e="$(date +%s.%N)" -v hz="$(getconf CLK_TCK)" 'BEGIN { print (b - a) / hz / (e - s) }'
}

# Runs playbook $1 and writes its GETs as `operations-a-second cores`, the cores from within its stage $2.
gets_by_muster() {
  local running events
  rm -rf "$work/results"
  mkdir "$work/results"
  "$muster" run "$1" --results "$work/results" > "$work/run.log" 2>&1 &
  running=$!
  until grep -qs "\"kind\":\"stage_began\".*\"stage\":$2" "$work"/results/muster-*/events.jsonl; do
    kill -0 $running 2> /dev/null || { cat "$work/run.log" >&2; exit 1; }
    sleep 0.05
  done
  events=$(echo "$work"/results/muster-*/events.jsonl)
  cores=$(cores_of "$(grep -o '"pid":"[0-9]*"' "$events" | tr -dc 0-9)")
  wait $running
  awk -v cores="$cores" '$1 == "GET" && $2 == "ALL" { print $11, cores }' "$(dirname "$events")/results.tsv"
}

# fio opens, reads and closes whole files here, as Muster does: as many files open as workers, each of one block.
load_by_fio() {
  local running
  mkdir -p "$memory/fio"
  fio --minimal --name=r --directory="$memory/fio" --ioengine=psync --rw=read --bs=4k --filesize=4k --nrfiles=125 --numjobs=8 --thread \
    --time_based --runtime=$load_seconds --group_reporting --openfiles=1 --file_service_type=sequential --fallocate=none \
    --create_serialize=1 --fadvise_hint=0 --invalidate=0 > "$work/fio.log" 2>&1 &
  running=$!
  sleep 1.2
  cores=$(cores_of $running)
  wait $running
  awk -F ';' -v cores="$cores" 'NF > 100 { print $8, cores }' "$work/fio.log"
}

bench_load() {
  local ours theirs ours_each theirs_each
  write_load_playbook
  for _ in $(seq $load_rounds); do
    gets_by_muster "$work/load.yaml" 3 >> "$work/ours"
    load_by_fio >> "$work/theirs"
  done
  ours=$(cut -d ' ' -f 1 "$work/ours" | median) theirs=$(cut -d ' ' -f 1 "$work/theirs" | median)
  ours_each=$(awk '{ print $1 / $2 }' "$work/ours" | median) theirs_each=$(awk '{ print $1 / $2 }' "$work/theirs" | median)
  echo "### \`scripts/bench load\`"
  echo
  echo "1,000 files of 4 KiB on tmpfs, 8 workers, $load_seconds s, in turns, median of $load_rounds, on $(nproc) cores."
  echo
  echo "| load | operations/s | ratio | operations a CPU second | ratio |"
  echo "| --- | --- | --- | --- | --- |"
  printf '| fio psync, whole files | %.0f | 1.00 | %.0f | 1.00 |\n' "$theirs" "$theirs_each"
  printf '| muster run, GET | %.0f | %s | %.0f | %s |\n' "$ours" "$(ratio "$ours" "$theirs")" "$ours_each" "$(ratio "$ours_each" "$theirs_each")"
  . scripts/bench.d/matrix.bash
  bench_matrix
}
