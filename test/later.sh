#!/bin/sh
# Runs a command of Go with a clock that is YEARS ahead, for all that it builds: tests, the programs that they test, and what those build again. No
# system's clock is set: Go's own runtime is built with another one. Programs in other languages and the times of files show the present.
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
	echo "later: the clock shows $shown: this Go's runtime is not the one that test/later.sh changes, or this is no Linux on amd64" >&2
	exit 2
}
echo "later: the clock shows $shown"
exec "$@"
