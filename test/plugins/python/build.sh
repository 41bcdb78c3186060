#!/bin/sh
# Creates the product's folder DIR/python as a packager would: profile.yaml, plugin, plugin.sha256.
#
#     test/plugins/python/build.sh DIR
#
# plugin is one executable: app/launcher.c, followed by an archive with the program and the message classes, which protoc makes from
# core/wire/plugin.proto. It needs Debian's python3-dev, python3-grpcio, python3-protobuf and python3-cryptography, see test/setup.sh;
# another Python that comes first in PATH is not used.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/python"
into=$(cd "$1/python" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/app"
cp "$here"/app/*.py "$work/app"
protoc --proto_path="$here/../../../core/wire" --python_out="$work/app" plugin.proto
/usr/bin/python3 -m zipapp "$work/app" --output "$work/app.zip"
# shellcheck disable=SC2046  # word splitting is intended
gcc -O2 -o "$work/launcher" "$here/app/launcher.c" $(/usr/bin/python3-config --includes) $(/usr/bin/python3-config --embed --ldflags)
cat "$work/launcher" "$work/app.zip" >"$work/plugin"
chmod 755 "$work/plugin"
mv "$work/plugin" "$into/plugin" # atomic: a running plugin keeps its file
# The packager's files are in the same folder; they are not installed with the plugin.
cp -r "$here/profile.yaml" "$here/copyright" "$here/LICENSES" "$here/sbom.cdx.json" "$here/depends.deb" "$here/depends.rpm" "$into/"
cd "$into" && sha256sum plugin >plugin.sha256
