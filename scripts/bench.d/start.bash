# Seconds from the command to the first operation on 3 hosts.

readonly start_rounds=5

write_start_playbook() {
  cat > "$work/start.yaml" << END
target: "file://$work/storage/"
concurrency: 1
distributed:
  shared_filesystem: false
  start_delay: 0s
  ssh: {enabled: true, key_path: $work/fleet/keys/id_ed25519, known_hosts: $work/fleet/known_hosts}
  agents: [$(awk '{ printf "%s{id: %s, address: \"%s@%s:%s\"}", (NR > 1 ? ", " : ""), $1, $4, $2, $3 }' "$work/fleet/inventory")]
  barrier_sync: {enabled: true}
  stages:
    - {name: prepare, order: 1, type: prepare}
    - {name: cleanup, order: 2, type: cleanup}
prepare:
  ensure_objects: [{base_uri: "files/", count: 10, size_spec: 4KiB}]
  cleanup: true
workload:
  - {op: get, path: "files/prepared-*.dat", weight: 100}
END
}

# Seconds from the start of `muster run` until the last of the agents has reported its first stage begun, from the event log.
seconds_to_first_operation() {
  local begun label
  rm -rf "$work/results"
  mkdir "$work/results"
  begun=$(date +%s.%N)
  "$muster" run "$work/start.yaml" --results "$work/results" > "$work/run.log" 2>&1 || { cat "$work/run.log" >&2; exit 1; }
  label=$(grep '"kind":"stage_began"' "$work"/results/muster-*/events.jsonl | grep '"stage":1' | tail -n 1 |
    grep -o '"utc":"[^"]*"' | cut -d '"' -f 4)
  awk -v a="$(date -d "$label" +%s.%N)" -v b="$begun" 'BEGIN { printf "%.3f\n", a - b }'
}

# What a person does by hand, as fast as it goes: the same compressed agent to all three hosts at once, then a command there.
# The hosts of a loopback fleet share one home: hence a name for each.
by_hand() {
  local name=by-hand-$1
  to() { ssh -F "$work/fleet/ssh_config" "$@"; }
  to "$1" "cat > $name.gz && gzip -d < $name.gz > $name && chmod +x $name" < "$work/agent.gz" && to "$1" "./$name --version; rm $name $name.gz"
}

two_logins() { ssh -F "$work/fleet/ssh_config" "$1" true && ssh -F "$work/fleet/ssh_config" "$1" true; }

# Seconds until function $1 has ended on all three hosts.
seconds_of() {
  local begun host jobs=()
  begun=$(date +%s.%N)
  for host in h1 h2 h3; do "$1" $host > "$work/hand.$host" 2>&1 & jobs+=($!); done
  for job in "${jobs[@]}"; do wait "$job" || { cat "$work"/hand.* >&2; exit 1; }; done
  awk -v a="$(date +%s.%N)" -v b="$begun" 'BEGIN { printf "%.3f\n", a - b }'
}

forget_agents() { "$muster" hosts clean --cache --playbook "$work/start.yaml" > "$work/clean.log" 2>&1 || { cat "$work/clean.log" >&2; exit 1; }; }

bench_start() {
  local cold cached hand logins
  scripts/fleet up 3 --loopback --dir "$work/fleet" --name bench
  write_start_playbook
  mkdir "$work/storage"
  gzip -c "$(dirname "$muster")/muster-agent" > "$work/agent.gz"
  seconds_to_first_operation > /dev/null
  for _ in $(seq $start_rounds); do
    forget_agents
    seconds_to_first_operation >> "$work/cold"
    seconds_to_first_operation >> "$work/cached"
    seconds_of by_hand >> "$work/hand"
    seconds_of two_logins >> "$work/logins"
  done
  cold=$(median < "$work/cold") cached=$(median < "$work/cached") hand=$(median < "$work/hand") logins=$(median < "$work/logins")
  echo "### \`scripts/bench start\`"
  echo
  echo "3 sshds on loopback, median of $start_rounds, until the last agent's report that its first stage has begun is home."
  echo
  echo "| what | seconds | ratio |"
  echo "| --- | --- | --- |"
  echo "| muster run, agents cached on the hosts | $cached | 1.00 |"
  echo "| muster run, agents to be pushed ($(du -h --apparent-size "$work/agent.gz" | cut -f 1) compressed) | $cold | $(ratio "$cold" "$cached") |"
  echo "| by hand: the same file by \`ssh 'cat >'\`, unpacked, then a second ssh that runs it, all hosts at once | $hand | $(ratio "$hand" "$cached") |"
  echo "| by hand: two ssh logins that run \`true\`, all hosts at once | $logins | $(ratio "$logins" "$cached") |"
  scripts/fleet down --dir "$work/fleet" --name bench
}
