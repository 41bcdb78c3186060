#!/bin/sh
# Creates the product's folder DIR/python as a packager would: profile.yaml, plugin, plugin.sha256.
#
#     test/plugins/python/build.sh DIR
#
# plugin is one executable: a launcher, followed by an archive with plugin.py and the message classes, which protoc writes from
# core/wire/plugin.proto. The launcher has the interpreter as a library, and Python runs an archive at the end of a file. This needs Debian's python3-dev, python3-grpcio, python3-protobuf and python3-cryptography, see test/setup.sh;
# another Python that comes first in PATH is not used.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/python"
into=$(cd "$1/python" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/app"
cp "$here/plugin.py" "$work/app/__main__.py"
protoc --proto_path="$here/../../../core/wire" --python_out="$work/app" plugin.proto
/usr/bin/python3 -m zipapp "$work/app" --output "$work/app.zip"
# -I: ignore the environment and the user's folders. -B: write no compiled modules.
cat >"$work/launcher.c" <<'END'
#include <Python.h>
int main(int argc, char **argv)
{
	return Py_BytesMain(4, (char *[]){argc > 0 ? argv[0] : "plugin", "-I", "-B", "/proc/self/exe", NULL});
}
END
# shellcheck disable=SC2046  # word splitting is intended
gcc -O2 -o "$work/launcher" "$work/launcher.c" $(/usr/bin/python3-config --includes) $(/usr/bin/python3-config --embed --ldflags)
cat "$work/launcher" "$work/app.zip" >"$work/plugin"
chmod 755 "$work/plugin"
mv "$work/plugin" "$into/plugin" # atomic: a running plugin keeps its file
# The packager's files are in the same folder; they are not installed with the plugin.
cp -r "$here/profile.yaml" "$here/copyright" "$here/LICENSES" "$here/sbom.cdx.json" "$here/depends.deb" "$here/depends.rpm" "$into/"
cd "$into" && sha256sum plugin >plugin.sha256
