# What all verbs of scripts/fleet share: options, the fleet's record on disk, and the order of up and down.
# A kind of host (namespaces.bash, loopback.bash) gives: prepare_fleet, host_start, host_kill, host_pause, host_resume, host_cut,
# host_heal, host_slow, host_exec, host_address, host_port, host_user, host_processes, end_fleet.

export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { printf '%s\n' "$*" >&2; }
die() { local status=$1; shift; say "scripts/fleet: $*"; exit "$status"; }

# Sets name, dir, net, kind, containers and words (what is no option). After exec's first word everything belongs to the command.
read_options() {
  name= dir= net=${FLEET_NET:-10.99} kind= containers=
  words=()
  while [ $# -gt 0 ]; do
    case $1 in
    --name | --dir | --net)
      [ $# -ge 2 ] || die 2 "$1 takes a value"
      printf -v "${1#--}" %s "$2"; shift ;;
    --loopback) kind=loopback ;;
    --containers) containers=yes ;;
    --*) die 2 "no option '$1'; see scripts/fleet help" ;;
    *)
      words+=("$1")
      [ "$verb" != exec ] || { words+=("${@:2}"); break; } ;;
    esac
    shift
  done
  [ -n "$dir" ] || dir=/tmp/muster-fleet${name:+-$name}
  name=${name:-fleet}
  [[ $name =~ ^[a-z0-9]{1,8}$ ]] || die 2 "--name takes 1 to 8 of a-z 0-9, not '$name'"
  [[ $net =~ ^([0-9]+\.[0-9]+|auto)$ ]] || die 2 "--net takes two numbers such as 10.99, or auto; not '$net'"
  [[ $dir = /* ]] || dir=$PWD/$dir
}

# The record of a fleet that is up, or was half up: one line `kind name net count`.
write_record() { echo "$kind $name $net $count" > "$dir/fleet"; }

read_record() {
  [ -r "$dir/fleet" ] || return 1
  read -r kind name net count < "$dir/fleet"
  . "$parts/$kind.bash"
}

open_fleet() { read_record || die 1 "no fleet in $dir; fix: scripts/fleet up 3 --dir $dir"; }

check_host() {
  [[ $1 =~ ^[1-9][0-9]*$ ]] && [ "$1" -le "$count" ] || die 2 "host is a number from 1 to $count, not '$1'"
}

bring_up() {
  count=$1
  [ ! -e "$dir/fleet" ] || die 1 "a fleet is up in $dir; fix: scripts/fleet down --dir $dir"
  # Namespaces need root, whatever is installed.
  [ "$(id -u)" = 0 ] || [ -n "$kind" ] || { say "without root the hosts are sshds on loopback ports"; kind=loopback; }
  "$parts/../install" "$([ "$kind" = loopback ] && echo sshd || echo fleet)" || exit 3
  choose_kind
  . "$parts/$kind.bash"
  command -v sshd > /dev/null || die 3 "there is no sshd on this machine"
  mkdir -p "$dir/hosts"
  trap 'say "scripts/fleet: up failed, taking down what there is of it"; end_all' EXIT
  trap 'exit 130' INT TERM
  write_record
  make_client_keys
  prepare_fleet
  for ((i = 1; i <= count; i++)); do
    make_host_keys "$i"
    host_start "$i"
  done
  write_client_files
  for ((i = 1; i <= count; i++)); do wait_for_sshd "$i"; done
  trap - EXIT INT TERM
  say "$count hosts are up: ssh -F $dir/ssh_config h1 hostname"
}

choose_kind() {
  [ -z "$kind" ] || return 0
  . "$parts/namespaces.bash"
  kind=namespaces
  if ! why=$(namespaces_possible 2>&1); then
    say "$why; the hosts will be sshds on loopback ports"
    kind=loopback
  fi
}

take_down() {
  if read_record; then
    end_all
  elif [ -d "$dir/hosts" ]; then
    remove_files
  fi
}

end_all() {
  end_fleet
  remove_files
}

# Only what up made, by name: DIR may be a folder of somebody's.
remove_files() {
  local i
  for ((i = 1; i <= ${count:-0}; i++)); do rm -rf "$dir/h$i"; done
  rm -rf "$dir"/{hosts,keys,known_hosts,ssh_config,inventory,fleet}
  rmdir "$dir" 2> /dev/null || true
}

# Every word is a process id; a zombie counts as gone, because this machine's init may be slow to reap it.
is_gone() {
  local stat
  read -r stat 2> /dev/null < "/proc/$1/stat" || return 0
  stat=${stat##*) }
  [ "${stat%% *}" = Z ]
}

wait_until_gone() {
  local pid
  for pid in "$@"; do
    for _ in {1..500}; do ! is_gone "$pid" || continue 2; sleep 0.01; done
    die 1 "process $pid does not end"
  done
}

wait_for_sshd() {
  local address port
  address=$(host_address "$1") port=$(host_port "$1")
  for _ in {1..500}; do
    ! (exec 3<> "/dev/tcp/$address/$port") 2> /dev/null || return 0
    sleep 0.02
  done
  say "scripts/fleet: h$1 ($address:$port) did not come up; the end of its log:"
  tail -n 5 "$dir/hosts/$1/log" >&2
  exit 1
}

host_state() {
  [ -e "$dir/hosts/$1/on" ] || { echo off; return; }
  local state=up
  [ ! -e "$dir/hosts/$1/paused" ] || state=paused
  [ ! -e "$dir/hosts/$1/cut" ] || state+=,cut
  echo "$state"
}

fleet_status() {
  local i
  for ((i = 1; i <= count; i++)); do
    printf 'h%s %s %s %s %s\n' "$i" "$(host_address "$i")" "$(host_port "$i")" "$(host_state "$i")" "$(host_processes "$i" | wc -w)"
  done
}

# Sends signal $1 to every process of host $2, again until no new one has come.
signal_host() {
  local pids before=
  for _ in {1..20}; do
    pids=$(host_processes "$2")
    [ "$pids" != "$before" ] || return 0
    before=$pids
    # shellcheck disable=SC2086 # a list of words; some may have ended since
    [ -z "$pids" ] || kill -s "$1" $pids 2> /dev/null || true
  done
}

host_pause() { signal_host STOP "$1"; touch "$dir/hosts/$1/paused"; }
host_resume() { signal_host CONT "$1"; rm -f "$dir/hosts/$1/paused"; }
