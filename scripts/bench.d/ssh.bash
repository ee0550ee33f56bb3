# Client CPU and time of running `true` on many hosts at once.

# What comes from PyPI, in a virtual environment of its own; fails where there is no Python or no network.
install_python() {
  python3 -m venv "$work/venv" > "$work/pip.log" 2>&1 && "$work/venv/bin/pip" install -q "$@" >> "$work/pip.log" 2>&1 && return
  say "$* are left out, because they cannot be installed here:"
  tail -n 3 "$work/pip.log" >&2
  return 1
}

with_muster() { "$muster" bench ssh --hosts "$list" --key "$work/fleet/keys/id_ed25519" --known-hosts "$work/fleet/known_hosts"; }

with_libssh2() { "$work/ssh" "$work/fleet/keys/id_ed25519" ${list//,/ }; }

with_ssh() { seq -f 'h%.0f' "$hosts" | xargs -P "$hosts" -I {} ssh -F "$work/fleet/ssh_config" "$@" {} true; }

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

with_asyncssh() {
  "$work/venv/bin/python" - "$work/fleet" << 'END'
import asyncio, sys
import asyncssh

async def visit(line, key):
    _, address, port, user = line.split()
    async with asyncssh.connect(
        address, port=int(port), username=user, client_keys=[key], known_hosts=sys.argv[1] + "/known_hosts", config=None, agent_path=None
    ) as connection:
        await connection.run("true", check=True)

async def main():
    key = asyncssh.read_private_key(sys.argv[1] + "/keys/id_ed25519")
    await asyncio.gather(*[visit(line, key) for line in open(sys.argv[1] + "/inventory")])

asyncio.run(main())
END
}

# One line of the table: NAME COMMAND…
ssh_row() {
  local name=$1 per_host seconds begun
  shift
  : > "$work/cpu"
  : > "$work/seconds"
  for _ in $(seq $rounds); do
    begun=$(date +%s.%N)
    measure_cpu "$@"
    echo "$(date +%s.%N) $begun" | awk '{ print $1 - $2 }' >> "$work/seconds"
    echo "$cpu_seconds" >> "$work/cpu"
  done
  per_host=$(awk -v s="$(median < "$work/cpu")" -v n="$hosts" 'BEGIN { printf "%.2f", s * 1000 / n }')
  seconds=$(median < "$work/seconds")
  : "${ours:=$per_host}" "${our_seconds:=$seconds}"
  printf '| %s | %s | %s | %.2f | %s |\n' "$name" "$per_host" "$(ratio "$per_host" "$ours")" "$seconds" "$(ratio "$seconds" "$our_seconds")"
}

ssh_table() {
  local hosts=$1 rounds=$2 list ours='' our_seconds=''
  scripts/fleet up "$hosts" --loopback --dir "$work/fleet" --name bench
  list=$(awk '{ printf "%s%s@%s:%s", (NR > 1 ? "," : ""), $4, $2, $3 }' "$work/fleet/inventory")
  echo
  echo "$hosts sshds on loopback, all at once, whole processes, median of $rounds."
  echo
  echo "| client | CPU ms a host | ratio | seconds | ratio |"
  echo "| --- | --- | --- | --- | --- |"
  ssh_row "muster" with_muster
  ssh_row "the same calls in C on libssh2, host keys unchecked" with_libssh2
  [ $python = no ] || ssh_row "parallel-ssh" with_parallel_ssh
  [ $python = no ] || ssh_row "asyncssh" with_asyncssh
  ssh_row "ssh(1) in xargs -P $hosts" with_ssh
  ssh_row "ssh(1) with the key exchange that muster uses (curve25519-sha256)" with_ssh -o KexAlgorithms=curve25519-sha256
  scripts/fleet down --dir "$work/fleet" --name bench
}

# Many hosts at once, every connection open before the first is used: what each costs here, beside a run with one host.
ssh_crowd() {
  local list one many alone
  scripts/fleet up $1 --loopback --dir "$work/fleet" --name bench
  list=$(awk '{ printf "%s%s@%s:%s", (NR > 1 ? "," : ""), $4, $2, $3 }' "$work/fleet/inventory")
  many=$(crowd_costs "$list")
  alone=$(crowd_costs "${list%%,*}")
  scripts/fleet down --dir "$work/fleet" --name bench
  echo
  echo "$1 connections, all open before the first is used; memory and CPU beyond a run with one host."
  echo
  echo "$many $alone" | awk -v n=$(($1 - 1)) '{ printf "muster: %.0f KiB and %.2f ms of CPU a host, %.1f s\n", ($1 - $5) / n, ($2 + $3 - $6 - $7) / n * 1000, $4 }'
}

# Peak KiB, seconds of CPU (user, system) and seconds of one run on the hosts of list $1.
crowd_costs() {
  /usr/bin/time -f '%M %U %S %e' -o "$work/crowd" "$muster" bench ssh --together --hosts "$1" --key "$work/fleet/keys/id_ed25519" \
    --known-hosts "$work/fleet/known_hosts" > "$work/measured.log" 2>&1 || { cat "$work/measured.log" >&2; exit 1; }
  cat "$work/crowd"
}

bench_ssh() {
  local python=yes
  install_python parallel-ssh asyncssh || python=no
  cc -O2 -o "$work/ssh" scripts/bench.d/ssh.c -lssh2
  echo "### \`scripts/bench ssh\`"
  ssh_table 64 5
  ssh_table 200 3
  ssh_crowd 200
}
