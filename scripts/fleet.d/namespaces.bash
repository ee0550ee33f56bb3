# Hosts made of namespaces: root only. A switch (a namespace with a bridge) joins them; this machine has one leg on it.

# Succeeds where this machine can do it; else one line that says what it lacks.
namespaces_possible() {
  [ "$(id -u)" = 0 ] || { say "hosts of namespaces need root"; return 1; }
  local tool
  for tool in ip tini sshd unshare nsenter; do
    command -v $tool > /dev/null || { say "hosts of namespaces need $tool"; return 1; }
  done
  unshare --net --mount --pid --fork true 2> /dev/null || { say "this machine's kernel lets nobody make namespaces"; return 1; }
}

host_address() { echo "$net.$(($1 / 200)).$(($1 % 200 + 10))"; }
host_port() { echo 22; }
host_user() { echo deploy; }
own_address() { echo "$net.255.254"; }

prepare_fleet() {
  # One tmpfs for all that hosts write: an overlay's upper layer may not lie in its own lower one.
  mkdir -p "$dir/hosts/fs"
  mount -t tmpfs -o mode=755,size=8g "muster-$name" "$dir/hosts/fs"
  make_base_layer
  [ -z "$containers" ] || prepare_containers
  # Two fleets that come up at once must not find the same net free.
  take_turn
  find_net
  make_switch
  end_turn
  write_record
  write_hosts_file
}

# One fleet at a time; the lock is this file, so that nothing is left behind.
take_turn() { exec 9< "$parts/namespaces.bash"; flock -w 60 9; }
end_turn() { exec 9<&-; }

find_net() {
  local taken
  taken=$(ip -4 -o addr; ip -4 route)
  if [ "$net" = auto ]; then
    local n
    for n in {100..199}; do
      [[ $taken == *" 10.$n."* ]] || { net=10.$n; return; }
    done
    die 1 "none of the nets 10.100 to 10.199 is free"
  fi
  # The route's own line begins with the net.
  ! grep -Eq "(^| )${net//./\\.}\." <<< "$taken" || die 1 "the net $net is in use here; fix: --net auto"
}

make_switch() {
  ip netns add "$name-sw"
  ip link add "$name-ctl" type veth peer name ctl netns "$name-sw"
  ip -n "$name-sw" -b - << END
link set lo up
link add br0 type bridge forward_delay 0
link set br0 up
link set ctl master br0
link set ctl up
END
  ip addr add "$(own_address)/16" dev "$name-ctl"
  ip link set "$name-ctl" up
}

# What all hosts have in their root that this machine has not: users, sshd's settings, the key to log in with.
make_base_layer() {
  local base=$dir/hosts/fs/base
  mkdir -p "$base/etc/ssh"
  { echo "root:x:0:0:root:/root:/bin/sh"; grep -v -e ^root: -e ^deploy: /etc/passwd; echo "deploy:x:2000:2000::/home/deploy:/bin/sh"; } > "$base/etc/passwd"
  { grep -v ^deploy: /etc/group; echo "deploy:x:2000:"; } > "$base/etc/group"
  # `*`: no password fits, and unlike with `!` sshd lets a key in
  { echo 'root:*:19000:0:99999:7:::'; grep -v -e ^root: -e ^deploy: /etc/shadow; echo 'deploy:*:19000:0:99999:7:::'; } > "$base/etc/shadow"
  chmod 640 "$base/etc/shadow"
  cp "$dir/keys/id_ed25519.pub" "$base/etc/ssh/fleet_keys"
  chmod 644 "$base/etc/ssh/fleet_keys"
  {
    printf '%s\n' 'Port 22' 'HostKey /etc/ssh/fleet/host_ed25519' 'HostKey /etc/ssh/fleet/host_ecdsa' 'UsePAM no' \
      'AuthorizedKeysFile /etc/ssh/fleet_keys' 'PidFile none'
    sshd_settings
  } > "$base/etc/ssh/sshd_config"
  : > "$base/etc/resolv.conf"
}

# No systemd, no CAP_SYS_RESOURCE, and hybrid cgroups, which crun refuses. `boot` gives such a host cgroups and a place for images.
prepare_containers() {
  local base=$dir/hosts/fs/base
  touch "$dir/hosts/containers"
  mkdir -p "$base/etc/containers" "$base/var/lib/containers"
  printf '%s\n' '[containers]' "default_ulimits = [\"nofile=$(ulimit -Hn):$(ulimit -Hn)\", \"nproc=32768:32768\"]" '[engine]' \
    'runtime = "runc"' 'cgroup_manager = "cgroupfs"' 'events_logger = "file"' > "$base/etc/containers/containers.conf"
}

write_hosts_file() {
  local i
  { echo "127.0.0.1 localhost"
    for ((i = 1; i <= count; i++)); do echo "$(host_address "$i") h$i"; done; } > "$dir/hosts/fs/base/etc/hosts"
}

# A host's cable is made anew each time that it starts: nothing is left of its connections, as after a power cut.
plug_in() {
  unplug "$1"
  ip netns add "$name-$1"
  # The same hardware address each time, so that nobody's address table is out of date when the host is back.
  ip link add eth0 address "$(printf '02:00:00:00:%02x:%02x' $(($1 / 256)) $(($1 % 256)))" netns "$name-$1" type veth \
    peer name "v$1" netns "$name-sw"
  ip -n "$name-sw" -b - << END
link set v$1 master br0
link set v$1 up
END
  ip -n "$name-$1" -b - << END
link set lo up
addr add $(host_address "$1")/16 dev eth0
link set eth0 up
END
}

unplug() {
  [ ! -e "/run/netns/$name-$1" ] || ip netns del "$name-$1"
  # A namespace takes a moment to go, and with it its end of the cable.
  ip -n "$name-sw" link del "v$1" 2> /dev/null || true
  [ ! -s "$dir/hosts/$1/slow.pid" ] || kill "$(cat "$dir/hosts/$1/slow.pid")" 2> /dev/null || true
  rm -f "$dir/hosts/$1/slow" "$dir/hosts/$1/slow.pid"
}

host_start() {
  local home=$dir/hosts/fs/$1
  [ ! -e "$dir/hosts/$1/on" ] || die 1 "h$1 is on"
  plug_in "$1"
  mkdir -p "$home"/{upper/etc/ssh/fleet,work,home/deploy,root}
  cp -p "$dir/hosts/$1/keys"/* "$home/upper/etc/ssh/fleet/"
  echo "h$1" > "$home/upper/etc/hostname"
  chown 2000:2000 "$home/home/deploy"
  chmod 700 "$home/root"
  touch "$dir/hosts/$1/on"
  # setsid: a host outlives the terminal that started it
  setsid nsenter --net="/run/netns/$name-$1" unshare --mount --uts --ipc --pid --fork --propagation private \
    "$parts/boot" "h$1" "$dir/hosts" "$1" "$(cd "$parts/../.." && pwd)" > "$dir/hosts/$1/log" 2>&1 < /dev/null &
  wait_for_sshd_process "$1"
}

# boot writes the host's first process as seen from here just before it becomes sshd's parent.
wait_for_sshd_process() {
  for _ in {1..500}; do [ ! -s "$dir/hosts/$1/pid" ] || return 0; sleep 0.01; done
  say "scripts/fleet: h$1 did not boot; the end of its log:"
  tail -n 5 "$dir/hosts/$1/log" >&2
  exit 1
}

host_processes() { ip netns pids "$name-$1" 2> /dev/null | tr '\n' ' ' || true; }

host_kill() {
  # The cable goes first: of a host without power nobody hears a last word, and no reset.
  ip -n "$name-sw" link set "v$1" down 2> /dev/null || true
  end_host "$1"
}

end_host() {
  local pids
  pids=$(host_processes "$1")
  [ ! -s "$dir/hosts/$1/pid" ] || kill -9 "$(cat "$dir/hosts/$1/pid")" 2> /dev/null || true
  # shellcheck disable=SC2086
  [ -z "$pids" ] || kill -9 $pids 2> /dev/null || true
  # shellcheck disable=SC2086
  wait_until_gone $pids
  rm -f "$dir/hosts/$1"/{pid,on,paused,cut}
}

host_cut() {
  [ -e "$dir/hosts/$1/on" ] || die 1 "h$1 is off"
  [ ! -e "$dir/hosts/$1/cut" ] || return 0
  if command -v nft > /dev/null && ip netns exec "$name-$1" nft -f - << END
table inet cut {
  chain in { type filter hook input priority -200; iifname "eth0" drop; }
  chain out { type filter hook output priority -200; oifname "eth0" drop; }
}
END
  then echo nft > "$dir/hosts/$1/cut"; return; fi
  ip -n "$name-sw" link set "v$1" down
  echo cable > "$dir/hosts/$1/cut"
}

host_heal() {
  [ -e "$dir/hosts/$1/cut" ] || return 0
  case $(cat "$dir/hosts/$1/cut") in
  nft) ip netns exec "$name-$1" nft delete table inet cut ;;
  cable) ip -n "$name-sw" link set "v$1" up ;;
  esac
  rm -f "$dir/hosts/$1/cut"
}

# Another cable takes the place of the host's: connections that stand go on over it.
host_slow() {
  [ -e "$dir/hosts/$1/on" ] || die 1 "h$1 is off"
  local control=$dir/hosts/$1/slow
  echo "$2 $3 $4" > "$control"
  if [ -s "$control.pid" ] && kill -HUP "$(cat "$control.pid")" 2> /dev/null; then return; fi
  make_slowlink
  local address
  address=$(ip netns exec "$name-$1" cat /sys/class/net/eth0/address)
  ip -n "$name-$1" link del eth0
  setsid "$dir/hosts/slowlink" "$name-$1" eth0 "$name-sw" "v$1" "$control" > "$dir/hosts/$1/slow.log" 2>&1 < /dev/null &
  echo $! > "$control.pid"
  for _ in {1..500}; do ! ip -n "$name-sw" link show "v$1" > /dev/null 2>&1 || break; sleep 0.01; done
  ip -n "$name-sw" -b - << END
link set v$1 master br0
link set v$1 up
END
  ip -n "$name-$1" -b - << END
link set eth0 address $address
addr add $(host_address "$1")/16 dev eth0
link set eth0 up
END
}

make_slowlink() {
  [ ! -x "$dir/hosts/slowlink" ] || return 0
  local compiler
  for compiler in cc clang gcc; do
    ! command -v $compiler > /dev/null || { $compiler -O1 -o "$dir/hosts/slowlink" "$parts/slowlink.c"; return; }
  done
  die 3 "slow needs a C compiler"
}

host_exec() {
  local pid
  pid=$(cat "$dir/hosts/$1/pid" 2> /dev/null) || die 1 "h$1 is off"
  shift
  exec nsenter --target "$pid" --mount --uts --ipc --net --pid --root --wd \
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

end_fleet() {
  local i
  end_turn # where up failed in the midst of its own
  for ((i = 1; i <= count; i++)); do
    [ ! -e "/run/netns/$name-$i" ] || { end_host "$i"; unplug "$i"; }
  done
  [ ! -e "/run/netns/$name-sw" ] || ip netns del "$name-sw"
  ip link del "$name-ctl" 2> /dev/null || true
  # podman's own, which all hosts share; it is only removed where it is empty
  rmdir /sys/fs/cgroup/*/libpod_parent 2> /dev/null || true
  # lazy: a host's mount namespace goes a moment after its last process
  ! mountpoint -q "$dir/hosts/fs" || umount -l "$dir/hosts/fs"
  take_turn
  remove_empty_netns_folder
  end_turn
}

# `ip netns add` mounts this folder upon itself and never takes it away.
remove_empty_netns_folder() {
  [ -d /run/netns ] && [ -z "$(ls -A /run/netns)" ] || return 0
  umount /run/netns 2> /dev/null || true
  rmdir /run/netns 2> /dev/null || true
}
