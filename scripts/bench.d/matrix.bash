# Whole files read and written by Muster and by fio (psync), in turns: 4 KiB and 1 MiB, on tmpfs and on disk, through the page cache and
# past it. Each of 8 workers opens a file, reads or writes it, and closes it; both write files that are not there before.

readonly matrix_rounds=3 matrix_seconds=3

# Writes the playbook of case $1 (scheme) $2 (folder) $3 (size) $4 (read or write) $5 (files).
write_matrix_playbook() {
  local workload="{op: get, path: \"data/prepared-*.dat\"}" stage="{name: load, order: 2, type: execute, duration: ${matrix_seconds}s}"
  local prepared=$5
  if [ "$4" = write ]; then
    workload="{op: put, path: \"new/\", object_size: $3}" stage="{name: load, order: 2, type: hybrid, expected_tasks: $5}" prepared=1
  fi
  cat > "$work/matrix.yaml" << END
target: "$1://$2/muster/"
concurrency: 8
distributed:
  agents: [{address: local}]
  shared_filesystem: true
  start_delay: 100ms
  stages:
    - {name: prepare, order: 1, type: prepare}
    - $stage
    - {name: cleanup, order: 3, type: cleanup}
prepare:
  ensure_objects: [{base_uri: "data/", count: $prepared, size_spec: $3}]
  cleanup: true
workload:
  - $workload
END
}

# Operations a second of Muster in a case; `-` where it cannot be run.
matrix_by_muster() {
  write_matrix_playbook "$@"
  rm -rf "$work/results"
  mkdir "$work/results"
  if ! "$muster" run "$work/matrix.yaml" --results "$work/results" > "$work/run.log" 2>&1; then
    grep -q O_DIRECT "$work/run.log" || { cat "$work/run.log" >&2; exit 1; }
    echo -
    return
  fi
  awk -v class="$([ "$4" = read ] && echo GET || echo PUT)" '$1 == class && $2 == "ALL" { print $11 }' "$work"/results/muster-*/results.tsv
}

# The same by fio.
matrix_by_fio() {
  local bytes direct=0 column=8 how=(--time_based --runtime=$matrix_seconds --fadvise_hint=0 --invalidate=0)
  [ "$1" != direct ] || direct=1
  if [ "$4" = write ]; then
    column=49 how=(--create_on_open=1)
    rm -rf "$2/fio"
  fi
  bytes=$([ "$3" = 4KiB ] && echo 4k || echo 1m)
  mkdir -p "$2/fio"
  fio --minimal --name=m --directory="$2/fio" --ioengine=psync --rw="$4" --bs=$bytes --filesize=$bytes --nrfiles=$(($5 / 8)) --numjobs=8 \
    --thread --direct=$direct --group_reporting --openfiles=1 --file_service_type=sequential --fallocate=none --create_serialize=1 \
    "${how[@]}" > "$work/fio.log" 2>&1 || { echo -; return; }
  awk -F ';' -v column=$column 'NF > 100 { print $column }' "$work/fio.log"
}

bench_matrix() {
  local place folder scheme size action files ours theirs
  echo
  echo "Whole files, 8 workers, in turns, median of $matrix_rounds: operations a second; \`-\`: not to be had on that file system."
  echo
  echo "| place | past the page cache | size | load | fio psync | muster | ratio |"
  echo "| --- | --- | --- | --- | --- | --- | --- |"
  for place in tmpfs disk; do
    folder=$([ $place = tmpfs ] && echo "$memory" || echo "$work")
    for scheme in file direct; do
      for size in 4KiB 1MiB; do
        for action in read write; do
          files=$([ $size = 4KiB ] && echo 20000 || echo 400)
          rm -f "$work/ours" "$work/theirs"
          for _ in $(seq $matrix_rounds); do
            matrix_by_muster $scheme "$folder" $size $action "$files" >> "$work/ours"
            matrix_by_fio $scheme "$folder" $size $action "$files" >> "$work/theirs"
          done
          rm -rf "$folder/fio" "$folder/muster"
          if grep -q -- - "$work/ours" "$work/theirs"; then ours=- theirs=-; else ours=$(median < "$work/ours") theirs=$(median < "$work/theirs"); fi
          printf '| %s | %s | %s | %s | %s | %s | %s |\n' $place "$([ $scheme = direct ] && echo yes || echo no)" $size $action \
            "$theirs" "$ours" "$([ "$ours" = - ] && echo - || ratio "$ours" "$theirs")"
        done
      done
    done
  done
}
