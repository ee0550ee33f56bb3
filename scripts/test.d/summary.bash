# The closing lines of scripts/test.

# Adds up the events of one run of tests: `passed N`, `failed N`, `skipped N`, then a line for each that failed or was skipped.
count_tests() {
  local file events=()
  for file in "$logs/$1".events "$logs/$1".*.events; do [ ! -e "$file" ] || events+=("$file"); done
  [ ${#events[@]} = 0 ] || awk -f $parts/count.awk "${events[@]}"
}

print_summary() {
  local step counts row n left total_passed=0 total_failed=0 total_skipped=0
  local details=
  printf '\n%-12s %7s  %s\n' step seconds result
  for step in "${wanted[@]}"; do
    counts=$(count_tests "$step")
    row=${result[$step]}
    if [ -n "$counts" ]; then
      read -r passed failed skipped < <(awk '/^(passed|failed|skipped) / { printf "%s ", $2 }' <<< "$counts")
      row+=" ($passed tests passed, $failed failed, $skipped skipped)"
      total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
      details+=$(grep '^[✘➜]' <<< "$counts" | sed "s/^/$step: /")$'\n'
      [ "${result[$step]}" = passed ] || [ "$failed" -gt 0 ] || total_failed=$((total_failed + 1))
    elif [ "${result[$step]}" != passed ]; then
      total_failed=$((total_failed + 1))
    fi
    printf '%-12s %7d  %s\n' "$step" "${seconds[$step]}" "$row"
  done
  details=$(grep . <<< "$details") && printf '\n%s\n' "$details"
  left=$(list_new_traces)
  if [ -n "$left" ]; then
    printf '\nleft behind:\n%s\n' "$left"
    n=$(wc -l <<< "$left")
    total_failed=$((total_failed + n))
  else
    printf '\nnothing was left behind: no process, namespace, mount or folder\n'
  fi
  printf '\n%d passed, %d failed, %d skipped\n' $total_passed $total_failed $total_skipped
  [ $total_failed = 0 ]
}
