#!/bin/bash
# Compares the generated code of the plugin protocol with a new generation from plugin.proto; with "write" it writes the code.
# The line that names protoc's own version is left out of the comparison.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/pluginpb"
GOBIN="$work/bin" go install google.golang.org/protobuf/cmd/protoc-gen-go google.golang.org/grpc/cmd/protoc-gen-go-grpc
PATH="$work/bin:$PATH" protoc --proto_path=core/wire \
	--go_out="$work/pluginpb" --go_opt=paths=source_relative \
	--go-grpc_out="$work/pluginpb" --go-grpc_opt=paths=source_relative plugin.proto
if [ "${1:-}" = write ]; then
	cp "$work"/pluginpb/*.go core/wire/pluginpb/
elif ! diff -r -I '^//.*protoc ' core/wire/pluginpb "$work/pluginpb" >&2; then
	echo "lint: core/wire/pluginpb does not match core/wire/plugin.proto" >&2
	echo "hint: make generate" >&2
	exit 1
fi
