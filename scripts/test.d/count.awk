# Counts the tests in Swift Testing's event stream: one JSON object a line, keys in order, version 0.
# A test that began and never ended has failed: the process went down with it.

# The value of the last string with this key in the line.
function value(key,    rest, at) {
  rest = $0
  key = "\"" key "\":\""
  while ((at = index(rest, key)) > 0) rest = substr(rest, at + length(key))
  match(rest, /^([^"\\]|\\.)*/)
  return substr(rest, 1, RLENGTH)
}

function readable(text) { gsub(/\\"/, "\"", text); gsub(/\\\//, "/", text); return text }

/^{"kind":"test",/ && /"kind":"function"/ { tests[value("id")] = "failed"; next }
/"kind":"testSkipped"/ { id = value("testID"); if (id in tests) { tests[id] = "skipped"; said[id] = value("text") } }
/"kind":"testEnded"/ {
  id = value("testID")
  if (id in tests && tests[id] != "skipped") { tests[id] = value("symbol") == "fail" ? "failed" : "passed"; said[id] = value("text") }
}

END {
  for (id in tests) count[tests[id]]++
  printf "passed %d\nfailed %d\nskipped %d\n", count["passed"], count["failed"], count["skipped"]
  for (id in tests) {
    if (tests[id] == "failed") print "✘ " readable(id) ": " (said[id] == "" ? "did not end" : readable(said[id]))
    if (tests[id] == "skipped") print "➜ " readable(id) ": " readable(said[id])
  }
}
