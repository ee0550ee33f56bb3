# How long after a barrier's opening the agents of another process, joined by TCP, hear of it.

readonly barrier_rounds=300

# Plays $1 agents and opens $2 barriers before them; prints what was measured.
open_barriers() {
  rm -rf "$work/barrier"
  mkdir "$work/barrier"
  "$muster" bench play --agents "$1" --seconds 0.3 --ports "$work/barrier/ports" --receipts "$work/barrier/receipts" &
  playing=$!
  until [ -s "$work/barrier/ports" ]; do sleep 0.1; done
  "$muster" bench barrier --ports "$work/barrier/ports" --receipts "$work/barrier/receipts" --rounds "$2" --results "$work/barrier"
  wait "$playing"
  playing=
}

bench_barrier() {
  ulimit -n "$(ulimit -Hn)"
  echo "### \`scripts/bench barrier\`"
  echo
  echo '```'
  open_barriers 200 $barrier_rounds
  open_barriers 1 $barrier_rounds
  echo '```'
}
