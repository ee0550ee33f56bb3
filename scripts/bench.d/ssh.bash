# Client CPU of running `true` on 64 hosts at once.

readonly hosts=64 rounds=5

# parallel-ssh in a virtual environment of its own; fails where there is no Python or no network.
install_parallel_ssh() {
  python3 -m venv "$work/venv" > "$work/pip.log" 2>&1 && "$work/venv/bin/pip" install -q parallel-ssh >> "$work/pip.log" 2>&1 && return
  say "parallel-ssh is left out, because it cannot be installed here:"
  tail -n 3 "$work/pip.log" >&2
  return 1
}

with_muster() { "$muster" bench ssh --hosts "$list" --key "$work/fleet/keys/id_ed25519" --known-hosts "$work/fleet/known_hosts"; }

with_ssh() { seq -f 'h%.0f' $hosts | xargs -P $hosts -I {} ssh -F "$work/fleet/ssh_config" "$@" {} true; }

with_parallel_ssh() {
  "$work/venv/bin/python" - "$work/fleet" << 'END'
import sys
from pssh.clients import ParallelSSHClient
from pssh.config import HostConfig

lines = [line.split() for line in open(sys.argv[1] + "/inventory")]
key = sys.argv[1] + "/keys/id_ed25519"
client = ParallelSSHClient(
    [address for _, address, _, _ in lines], pool_size=len(lines), pkey=key, identity_auth=False,
    host_config=[HostConfig(port=int(port), user=user, private_key=key) for _, _, port, user in lines])
output = client.run_command("true")
client.join(output)
assert len(output) == len(lines) and all(one.exit_code == 0 for one in output), [one.exception for one in output]
END
}

python_alone() { "$work/venv/bin/python" -c 'from pssh.clients import ParallelSSHClient'; }

# One line of the table: NAME COMMAND…
ssh_row() {
  local name=$1 per_host
  shift
  for _ in $(seq $rounds); do measure_cpu "$@"; echo "$cpu_seconds"; done > "$work/cpu"
  per_host=$(awk -v s="$(median < "$work/cpu")" -v n=$hosts 'BEGIN { printf "%.2f", s * 1000 / n }')
  : "${ours:=$per_host}"
  echo "| $name | $per_host | $(ratio "$per_host" "$ours") |"
}

bench_ssh() {
  local parallel_ssh=yes list ours=
  install_parallel_ssh || parallel_ssh=no
  scripts/fleet up $hosts --loopback --dir "$work/fleet" --name bench
  list=$(awk '{ printf "%s%s@%s:%s", (NR > 1 ? "," : ""), $4, $2, $3 }' "$work/fleet/inventory")
  echo "### \`scripts/bench ssh\`"
  echo
  echo "$hosts sshds on loopback, all at once, whole processes, median of $rounds."
  echo
  echo "| client | CPU ms a host | ratio |"
  echo "| --- | --- | --- |"
  ssh_row "muster" with_muster
  ssh_row "ssh(1) in xargs -P $hosts" with_ssh
  ssh_row "ssh(1) with the key exchange that muster uses (curve25519-sha256)" with_ssh -o KexAlgorithms=curve25519-sha256
  [ $parallel_ssh = no ] || ssh_row "parallel-ssh" with_parallel_ssh
  [ $parallel_ssh = no ] || ssh_row "of it Python's start" python_alone
  scripts/fleet down --dir "$work/fleet" --name bench
}
