#!/bin/bash
# Runs every fuzzer of both modules for FUZZTIME, one after the other, even if one fails. Prints a line for each and a total; fails if one
# failed. The output of a failed fuzzer stays in build/fuzz; its input stays in testdata, where go test wrote it, and is a test from then on.
set -euo pipefail
cd "${MODULE:-$(dirname "$0")/..}"
logs=build/fuzz
rm -rf "$logs" && mkdir -p "$logs"
ran=0 failed=0

# expired reports whether only the fuzzing engine failed: up to Go 1.26 it may report the end of FUZZTIME as an error (go.dev/issue/75804).
expired() {
	[ "$(sed -n '/^--- FAIL/,/^FAIL$/{/^--- FAIL\|^FAIL$/!p}' "$1")" = "    context deadline exceeded" ]
}

# inputs lists the stored inputs of a fuzzer. The name of an input comes from its text.
inputs() { { find "$1" -type f 2>/dev/null || true; } | sort; }

# fuzz runs one fuzzer of a folder. It fails on any error except the one above, and if no input was tried.
fuzz() {
	local folder=$1 name=$2 log=$logs/${1//\//-}-$2.txt kept=$1/testdata/fuzz/$2 status=0 before inputs tried
	before=$(inputs "$kept")
	go -C "$folder" test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-10s}" . >"$log" 2>&1 </dev/null || status=$?
	inputs=$(comm -13 <(echo "$before") <(inputs "$kept"))
	tried=$(grep -o 'execs: [0-9]*' "$log" | tail -1 | grep -o '[0-9]*$' || echo 0)
	ran=$((ran + 1))
	if [ -z "$inputs" ] && [ "$tried" -gt 0 ] && { [ "$status" = 0 ] || expired "$log"; }; then
		printf 'ok    %-34s %-22s %9d inputs\n' "$folder" "$name" "$tried"
		rm "$log"
		return
	fi
	failed=$((failed + 1))
	printf 'FAIL  %-34s %-22s %9d inputs, see %s\n' "$folder" "$name" "$tried" "$log${inputs:+ ${inputs//$'\n'/ }}"
}

while read -r file name; do
	fuzz "$(dirname "$file")" "$name"
done < <(git ls-files -co --exclude-standard '*_test.go' | xargs -r grep -oHE '^func Fuzz[A-Za-z0-9_]+' | sed 's/:func / /')
echo "$ran fuzzers ran, $failed failed"
[ "$ran" -gt 0 ] && [ "$failed" = 0 ]
