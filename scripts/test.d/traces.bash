# What a run of the tests could leave behind on this machine.

# One line a trace: processes of ours, namespaces, mounts, folders.
list_traces() {
  local folder name
  for folder in /proc/[0-9]*; do
    is_ours "$folder" && echo "process ${folder#/proc/}: $(tr '\0' ' ' < "$folder/cmdline" 2> /dev/null | cut -c 1-150)"
  done
  for name in /run/netns/*; do [ ! -e "$name" ] || echo "network namespace ${name##*/}"; done
  awk '$5 ~ /muster/ { print "mount " $5 }' /proc/self/mountinfo
  for folder in "${TMPDIR:-/tmp}"/muster* "${XDG_STATE_HOME:-$HOME/.local/state}"/muster/runs/*; do
    [ ! -e "$folder" ] || echo "folder $folder"
  done
}

# Whether a process (its folder in /proc) is a program of ours, works on a folder of the tests, or was started by this run of them.
# A zombie is gone: this machine's init may be slow to reap it.
is_ours() {
  local name
  ! grep -q '^State:.Z' "$1/status" 2> /dev/null || return 1
  read -r name 2> /dev/null < "$1/comm" || return 1
  [[ $name != muster && $name != muster-agent ]] || return 0
  ! grep -qsz "^MUSTER_TEST_SESSION=$session\$" "$1/environ" || return 0
  grep -qs "/tmp/muster-" "$1/cmdline"
}

# Remembers what is there now: it is somebody else's.
note_traces() { traces_before=$(list_traces 2> /dev/null | sort); }

# What has come since; a process may need a moment to go.
list_new_traces() {
  local new
  for _ in {1..10}; do
    new=$(comm -13 <(echo "$traces_before") <(list_traces 2> /dev/null | sort))
    [ -n "$new" ] || return 0
    sleep 1
  done
  echo "$new"
}
