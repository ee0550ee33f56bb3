# Hosts that are only an sshd on a high port of 127.0.0.1, run by the calling user: no root needed.

host_address() { echo 127.0.0.1; }
host_port() { cat "$dir/hosts/$1/port"; }
host_user() { id -un; }

prepare_fleet() {
  net=-
  write_record
  # A root's sshd insists on this empty folder, which belongs to its package and otherwise comes with the service.
  [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
}

# Where root's account is locked, sshd lets it in only by way of PAM.
pam() {
  if [ "$(id -u)" = 0 ] && grep -q '^root:!' /etc/shadow; then echo yes; else echo no; fi
}

write_sshd_config() {
  {
    printf '%s\n' "ListenAddress 127.0.0.1:$2" "HostKey $dir/hosts/$1/keys/host_ed25519" "HostKey $dir/hosts/$1/keys/host_ecdsa" \
      "UsePAM $(pam)" 'StrictModes no' "AuthorizedKeysFile $dir/keys/id_ed25519.pub" 'PidFile none' "SetEnv MUSTER_FLEET_HOST=$dir/hosts/$1 HOME=$dir/h$1"
    sshd_settings
  } > "$dir/hosts/$1/sshd_config"
}

# Keeps the port that the host had before; else one that nobody listens on, below those that the system gives away.
host_start() {
  [ ! -e "$dir/hosts/$1/on" ] || die 1 "h$1 is on"
  # A home of its own, so that three hosts are three and nobody's real home is touched; its path is short, as a unix socket's must be.
  mkdir -p "$dir/h$1"
  local port
  for _ in {1..50}; do
    port=$(cat "$dir/hosts/$1/port" 2> /dev/null || echo $((20000 + (RANDOM * 32768 + RANDOM) % 12000)))
    write_sshd_config "$1" "$port"
    setsid "$(command -v sshd)" -D -e -f "$dir/hosts/$1/sshd_config" > "$dir/hosts/$1/log" 2>&1 < /dev/null &
    if listens "$1" $!; then
      echo "$port" > "$dir/hosts/$1/port"
      echo $! > "$dir/hosts/$1/pid"
      touch "$dir/hosts/$1/on"
      return
    fi
    [ ! -e "$dir/hosts/$1/port" ] || break
    grep -q 'already in use' "$dir/hosts/$1/log" || break
  done
  say "scripts/fleet: h$1's sshd does not start:"
  tail -n 5 "$dir/hosts/$1/log" >&2
  exit 1
}

# Waits until the sshd with process id $2 says that it listens (true) or has ended (false).
listens() {
  for _ in {1..500}; do
    ! grep -qs 'Server listening' "$dir/hosts/$1/log" || return 0
    ! is_gone "$2" || return 1
    sleep 0.01
  done
  return 1
}

# The sshd, what descends from it, and what left that tree but still carries the host's mark in its environment.
host_processes() {
  local pid=
  pid=$(cat "$dir/hosts/$1/pid" 2> /dev/null) || true
  {
    [ -z "$pid" ] || descendants "$pid"
    grep -lsz "^MUSTER_FLEET_HOST=$dir/hosts/$1\$" /proc/[0-9]*/environ | cut -d / -f 3 || true
  } | sort -un | while read -r pid; do is_gone "$pid" || printf '%s ' "$pid"; done
}

descendants() {
  [ -d "/proc/$1" ] || return 0
  echo "$1"
  local child
  for child in $(cat "/proc/$1/task/$1/children" 2> /dev/null); do descendants "$child"; done
}

host_kill() {
  local pids
  pids=$(host_processes "$1")
  signal_host KILL "$1"
  # shellcheck disable=SC2086
  wait_until_gone $pids
  rm -f "$dir/hosts/$1"/{pid,on,paused}
}

host_cut() { die 2 "a loopback host has no cable to cut; hosts of namespaces (root, without --loopback) have"; }
host_heal() { host_cut "$1"; }
host_slow() { host_cut "$1"; }

host_exec() {
  [ -e "$dir/hosts/$1/on" ] || die 1 "h$1 is off"
  shift
  exec "$@"
}

end_fleet() {
  local i
  for ((i = 1; i <= count; i++)); do [ ! -d "$dir/hosts/$i" ] || host_kill "$i"; done
}
