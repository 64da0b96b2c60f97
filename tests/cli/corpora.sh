# SPDX-License-Identifier: Apache-2.0
# Corpora for the cases, written where the case runs. Read by golden_test.py
# before each case.

# Four short texts in a folder, and docs.kwic of them.
docs() {
  mkdir -p docs/sub
  printf 'The ferry leaves the island at noon.\nBring the blue ticket.\n' \
    > docs/ferry.md
  printf 'The island has two harbours; the ferry uses the northern one.\n' \
    > docs/harbour.txt
  printf 'A recipe for lentil soup: lentils, onions, salt.\n' \
    > docs/sub/soup.txt
  printf 'Salt harbours of the north, and the salt trade.\n' \
    > docs/sub/salt.txt
}
docs_index() {
  docs
  kwic index docs --quiet
}

# JSON lines with titles, and titled.kwic of them.
titled_index() {
  cat > titled.jsonl <<'LINES'
{"id":"a/1","title":"Ferry timetable","body":"The ferry leaves at noon."}
{"id":"a/2","title":"Island","body":"An island with a ferry and a harbour."}
{"id":"b 3","title":"","body":"Nothing but a harbour."}
LINES
  kwic index titled.jsonl --quiet
}

# Ids, titles and texts that try to reach the terminal: titled hostile.kwic.
hostile_index() {
  printf '%s\n' \
    '{"id":"esc\u001b[31m\u0007","title":"red\u001b]0;owned\u0007","body":"attack \u001b[2J screen"}' \
    '{"id":"bidi\u202egpj.exe","title":"c1\u009b31m","body":"attack \u202e\u2066 direction"}' \
    '{"id":"line\nfeed\ttab","title":"two\nlines","body":"attack\r\nlines\u007f"}' \
    > hostile.jsonl
  kwic index hostile.jsonl --quiet
}
