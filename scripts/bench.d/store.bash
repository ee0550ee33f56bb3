# GETs of 1,000 objects of 4 KiB from one `rclone serve s3`, by Muster and by wrk with presigned addresses, in turns.

readonly store_rounds=5 store_seconds=5 store_key=AKIABENCHBENCHBENCHB store_secret=of+the/bench

serve_store() {
  local stores=${MUSTER_STORES:-$HOME/.cache/muster-tests/stores}
  store_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  mkdir -p "$memory/buckets/bench"
  "$stores/bin/rclone" serve s3 --addr "127.0.0.1:$store_port" --auth-key "$store_key,$store_secret" --config /dev/null "$memory/buckets" \
    > "$work/rclone.log" 2>&1 &
  store_server=$!
  until (: < "/dev/tcp/127.0.0.1/$store_port") 2> /dev/null; do
    kill -0 $store_server || { cat "$work/rclone.log" >&2; exit 1; }
    sleep 0.05
  done
}

write_store_playbook() {
  cat > "$work/store.yaml" << END
target: "s3://127.0.0.1:$store_port/bench/muster/"
concurrency: $1
distributed:
  agents:
    - address: local
      env: {AWS_ACCESS_KEY_ID: "$store_key", AWS_SECRET_ACCESS_KEY: "$store_secret", AWS_ENDPOINT_URL: "http://127.0.0.1:$store_port"}
  start_delay: 100ms
  stages:
    - {name: prepare, order: 1, type: prepare}
    - {name: load, order: 2, type: execute, duration: ${store_seconds}s}
prepare:
  ensure_objects: [{base_uri: "data/", count: 1000, size_spec: 4KiB}]
workload:
  - {op: get, path: "data/prepared-*.dat"}
END
}

# A script for wrk that asks for one after the other of the objects that lie below the folder $memory/buckets, by addresses presigned for an hour.
write_store_addresses() {
  python3 - "$memory/buckets" "127.0.0.1:$store_port" "$store_key" "$store_secret" << 'END' > "$work/addresses.lua"
import datetime, hashlib, hmac, os, sys, urllib.parse

root, host, key, secret = sys.argv[1:]
now = datetime.datetime.now(datetime.timezone.utc)
stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
scope = f"{day}/us-east-1/s3/aws4_request"
signing = ("AWS4" + secret).encode()
for part in [day, "us-east-1", "s3", "aws4_request"]:
    signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
query = "&".join(f"{name}={urllib.parse.quote(value, safe='')}" for name, value in [
    ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", f"{key}/{scope}"), ("X-Amz-Date", stamp),
    ("X-Amz-Expires", "3600"), ("X-Amz-SignedHeaders", "host")])
print("local addresses = {")
for folder, _, files in os.walk(root):
    for file in files:
        path = urllib.parse.quote("/" + os.path.relpath(os.path.join(folder, file), root))
        request = f"GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        print(f'  "{path}?{query}&X-Amz-Signature={hmac.new(signing, text.encode(), hashlib.sha256).hexdigest()}",')
print("}\nlocal next = 0\nrequest = function()\n  next = next % #addresses + 1\n  return wrk.format(\"GET\", addresses[next])\nend")
END
}

# Writes `operations-a-second cores`, with $1 connections.
store_by_wrk() {
  local running
  wrk -t 2 -c "$1" -d ${store_seconds}s -s "$work/addresses.lua" "http://127.0.0.1:$store_port" > "$work/wrk.log" 2>&1 &
  running=$!
  sleep 1.2
  cores=$(cores_of $running)
  wait $running
  ! grep -q 'Non-2xx' "$work/wrk.log" || { cat "$work/wrk.log" >&2; exit 1; }
  awk -v cores="$cores" '/Requests\/sec/ { print $2, cores }' "$work/wrk.log"
}

bench_store() {
  local workers ours theirs ours_each theirs_each
  . scripts/bench.d/load.bash
  scripts/install stores
  serve_store
  echo "### \`scripts/bench store\`"
  echo
  echo "GETs of 1,000 objects of 4 KiB from one \`rclone serve s3\` on the same $(nproc) cores, $store_seconds s, in turns, median of $store_rounds."
  echo
  echo "| client | workers | requests/s | ratio | client CPU µs a request | ratio |"
  echo "| --- | --- | --- | --- | --- | --- |"
  for workers in 8 64; do
    write_store_playbook $workers
    rm -f "$work/ours" "$work/theirs"
    gets_by_muster "$work/store.yaml" 2 > /dev/null
    write_store_addresses
    for _ in $(seq $store_rounds); do
      gets_by_muster "$work/store.yaml" 2 >> "$work/ours"
      store_by_wrk $workers >> "$work/theirs"
    done
    ours=$(cut -d ' ' -f 1 "$work/ours" | median) theirs=$(cut -d ' ' -f 1 "$work/theirs" | median)
    ours_each=$(awk '{ print $2 / $1 * 1e6 }' "$work/ours" | median) theirs_each=$(awk '{ print $2 / $1 * 1e6 }' "$work/theirs" | median)
    printf '| wrk, presigned | %s | %.0f | 1.00 | %.0f | 1.00 |\n' $workers "$theirs" "$theirs_each"
    printf '| muster run | %s | %.0f | %s | %.0f | %s |\n' $workers "$ours" "$(ratio "$ours" "$theirs")" "$ours_each" "$(ratio "$ours_each" "$theirs_each")"
  done
}
