#!/bin/sh
# Runs a go command with a clock that is YEARS ahead, also in everything that it builds: tests, the programs under test, and their own builds. No
# system clock is set: the Go runtime is built with a different clock. Programs in other languages and file times show the present.
set -eu
work=${1:?usage: test/later.sh FOLDER YEARS COMMAND…}
years=${2:?usage: test/later.sh FOLDER YEARS COMMAND…}
shift 2
work=$work/_go # no package of this module
mkdir -p "$work"
work=$(cd "$work" && pwd)
from=$(go env GOROOT)/src/runtime/time_linux_amd64.s
seconds=$(($(date -u -d "$years years" +%s) - $(date -u +%s)))
sed "s|^\tMOVQ\t16(SP), AX\t// realtime sec|&\n\tADDQ\t\$$((seconds / 86400 * 86400)), AX|" "$from" >"$work/time_linux_amd64.s"
printf '{"Replace": {"%s": "%s"}}\n' "$from" "$work/time_linux_amd64.s" >"$work/overlay.json"
printf 'package main\n\nimport "time"\n\nfunc main() { println(time.Now().UTC().Format("2006-01")) }\n' >"$work/now.go"
GOFLAGS="$(go env GOFLAGS) -overlay=$work/overlay.json"
export GOFLAGS
shown=$(go run "$work/now.go" 2>&1) || true
[ "$shown" = "$(date -u -d "$years years" +%Y-%m)" ] || {
	echo "later: the clock shows $shown: test/later.sh does not fit this version of Go, or this is not Linux on amd64" >&2
	exit 2
}
echo "later: the clock shows $shown"
exec "$@"
