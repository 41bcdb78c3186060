#!/bin/sh
# Creates the product's folder DIR/node as a packager would: profile.yaml, plugin, plugin.sha256.
#
#     test/plugins/node/build.sh DIR
#
# plugin is one executable: Node itself, with plugin.js in it. The Node is the one of package-lock.json, which test/setup.sh fetches: it
# is complete in one file, as those of nodejs.org are. Debian's own is not, and cannot be used: most of it is in a library.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/node/LICENSES"
into=$(cd "$1/node" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $(uname -m) in aarch64) of=arm64 ;; *) of=x64 ;; esac
from=$here/node_modules/node-linux-$of
cp "$here/plugin.js" "$work"
strip -o "$work/node" "$from/bin/node" # a third of it is for debuggers
# The heap stays well below the default of limits.memory; a variable of the environment adds no option.
cat >"$work/sea.json" <<'END'
{"main": "plugin.js", "executable": "node", "output": "plugin", "disableExperimentalSEAWarning": true,
 "execArgv": ["--max-old-space-size=32"], "execArgvExtension": "none"}
END
(cd "$work" && "$from/bin/node" --build-sea sea.json >/dev/null)
chmod 755 "$work/plugin"
mv "$work/plugin" "$into/plugin" # atomic: a running plugin keeps its file
# The packager's files are in the same folder; they are not installed with the plugin.
cp "$here/profile.yaml" "$here/copyright" "$here/sbom.cdx.json" "$here/depends.deb" "$here/depends.rpm" "$into/"
cp "$from/LICENSE" "$into/LICENSES/LicenseRef-Node.txt"
cd "$into" && sha256sum plugin >plugin.sha256
