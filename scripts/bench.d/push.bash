# Bringing a file to many hosts at once, with the tools that people use for it.

readonly push_rounds=3 push_size=32

# What comes from PyPI, in a virtual environment of its own; fails where there is no Python or no network.
install_parallel_ssh() {
  [ -x "$work/venv/bin/python" ] && return
  python3 -m venv "$work/venv" > "$work/pip.log" 2>&1 && "$work/venv/bin/pip" install -q parallel-ssh >> "$work/pip.log" 2>&1 && return
  say "parallel-ssh is left out, because it cannot be installed here:"
  tail -n 3 "$work/pip.log" >&2
  return 1
}

push_muster() { "$muster" bench push --hosts "$list" --key "$work/fleet/keys/id_ed25519" --known-hosts "$work/fleet/known_hosts" "$file"; }

on_all() { seq -f 'h%.0f' "$hosts" | xargs -P "$hosts" -I {} "$@"; }
push_scp() { on_all scp -q -F "$work/fleet/ssh_config" "$file" {}:pushed; }
push_cat() { on_all sh -c "ssh -F '$work/fleet/ssh_config' {} 'cat > pushed' < '$file'"; }
push_rsync() { on_all rsync -e "ssh -F $work/fleet/ssh_config" --whole-file "$file" {}:pushed; }
push_clush() { clush -q -f "$hosts" -o "-F $work/fleet/ssh_config" -w "h[1-$hosts]" --copy "$file" --dest pushed; }
push_parallel_ssh() {
  "$work/venv/bin/python" - "$work/fleet" "$file" << 'END'
import sys
from gevent import joinall
from pssh.clients import ParallelSSHClient
from pssh.config import HostConfig

lines = [line.split() for line in open(sys.argv[1] + "/inventory")]
key = sys.argv[1] + "/keys/id_ed25519"
client = ParallelSSHClient(
    [address for _, address, _, _ in lines], pool_size=len(lines), pkey=key, identity_auth=False,
    host_config=[HostConfig(port=int(port), user=user, private_key=key) for _, _, port, user in lines])
joinall(client.copy_file(sys.argv[2], "pushed"), raise_error=True)
END
}

# The homes of loopback hosts, without what was pushed there.
forget_pushed() { rm -rf "$work"/fleet/h*/pushed "$work"/fleet/h*/.cache; }

# One line of the table: NAME again|anew COMMAND…
push_row() {
  local name=$1 anew=$2 seconds cpu begun
  shift 2
  : > "$work/cpu"
  : > "$work/seconds"
  for _ in $(seq $push_rounds); do
    [ "$anew" = again ] || forget_pushed
    begun=$(date +%s.%N)
    measure_cpu "$@"
    echo "$(date +%s.%N) $begun" | awk '{ print $1 - $2 }' >> "$work/seconds"
    echo "$cpu_seconds" >> "$work/cpu"
  done
  seconds=$(median < "$work/seconds") cpu=$(median < "$work/cpu")
  : "${our_seconds:=$seconds}"
  printf '| %s | %.2f | %s | %.2f |\n' "$name" "$seconds" "$(ratio "$seconds" "$our_seconds")" "$cpu"
}

push_table() {
  local hosts=$1 what=$2 file=$3 list our_seconds=''
  scripts/fleet up "$hosts" --loopback --dir "$work/fleet" --name bench
  list=$(awk '{ printf "%s%s@%s:%s", (NR > 1 ? "," : ""), $4, $2, $3 }' "$work/fleet/inventory")
  echo
  echo "$push_size MiB of $what to $hosts hosts, median of $push_rounds."
  echo
  echo "| with | seconds | ratio | CPU seconds here |"
  echo "| --- | --- | --- | --- |"
  push_row "muster, checked by SHA-256 and synced to disk" anew push_muster
  push_row "muster, once more" again push_muster
  push_row "scp in xargs" anew push_scp
  push_row "\`ssh 'cat >'\` in xargs" anew push_cat
  push_row "rsync in xargs" anew push_rsync
  push_row "clush --copy" anew push_clush
  [ $python = no ] || push_row "parallel-ssh" anew push_parallel_ssh
  scripts/fleet down --dir "$work/fleet" --name bench
}

bench_push() {
  local python=yes
  install_parallel_ssh || python=no
  head -c ${push_size}M /dev/urandom > "$work/noise"
  while cat "$muster"; do :; done 2> /dev/null | head -c ${push_size}M > "$work/program"
  echo "### \`scripts/bench push\`"
  push_table 16 "noise" "$work/noise"
  push_table 64 "noise" "$work/noise"
  push_table 16 "a program" "$work/program"
}
