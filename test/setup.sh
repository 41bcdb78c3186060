#!/bin/sh
# Installs the Debian packages that tests and lint need, if it may; otherwise it names the missing ones and exits 2.
set -eu
missing=
need() { # need COMMAND PACKAGE
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need go golang
need gcc gcc
need git git
# Another reader of signatures.
need minisign minisign
# Readers and checkers of manual pages.
need man man-db
need mandoc mandoc
# For shell completion.
[ -e /usr/share/bash-completion/bash_completion ] || missing="$missing bash-completion"
# Other readers of packages, and an appliance to install them on.
need lintian lintian
need rpm rpm
need rpmlint rpmlint
need cpio cpio
need debootstrap debootstrap
need systemd-analyze systemd
need protoc protobuf-compiler
[ -e /usr/include/google/protobuf/struct.proto ] || missing="$missing libprotobuf-dev"
# A client of the admin socket, and a product's front end in front of it.
need curl curl
need unzip unzip
# A reader of what the collection point stores.
need zstd zstd
[ -x /usr/sbin/nginx ] || need nginx nginx-light
# Servers that an operator may use as a collection point, and a customer's proxy: 10 MB, about 20 seconds.
[ -x /usr/sbin/apache2 ] || need apache2 apache2-bin
[ -x /usr/sbin/haproxy ] || need haproxy haproxy
[ -e /usr/lib/lighttpd/mod_openssl.so ] || missing="$missing lighttpd lighttpd-mod-openssl"
[ -e /usr/lib/lighttpd/mod_webdav.so ] || missing="$missing lighttpd-mod-webdav"
[ -x /usr/sbin/squid ] || need squid squid
need stunnel4 stunnel4
# A monitoring program that reads `status --check`, and a reader of its figures: 10 MB, neither runs but in a test.
[ -x /usr/sbin/icinga2 ] || need icinga2 icinga2-bin
need prometheus-node-exporter prometheus-node-exporter
# Other readers of the conformance reports: a browser, and another parser.
need chromium chromium
need npm npm
[ -x /usr/bin/python3 ] || missing="$missing python3"
# A network with packet loss.
[ -x /sbin/tc ] || [ -x /usr/sbin/tc ] || need tc iproute2
[ -x /usr/sbin/nft ] || need nft nftables
# The real servers of the stand-ins, which are outside an ordinary user's PATH.
[ -e /usr/share/zoneinfo/Europe/Berlin ] || missing="$missing tzdata"
[ -x /usr/sbin/snmpd ] || need snmpd snmpd
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || need postgres postgresql
[ -x /usr/sbin/pgbouncer ] || need pgbouncer pgbouncer
# The plugin in Python uses the system's Python; another one may come first in PATH.
[ -x /usr/bin/python3-config ] || missing="$missing python3-dev"
[ -e /usr/lib/python3/dist-packages/grpc ] || missing="$missing python3-grpcio"
[ -e /usr/lib/python3/dist-packages/google/protobuf ] || missing="$missing python3-protobuf"
[ -e /usr/lib/python3/dist-packages/cryptography ] || missing="$missing python3-cryptography"
# For a disk that does not answer. No package provides the device.
[ -c /dev/fuse ] || echo "setup: /dev/fuse is missing: tests of core/sdk/sysinfo will fail; load the module fuse, or give it to the container" >&2
# Accessibility checks of the page, other readers of the API description, and the Node of the plugin in Node (50 MB): versions and checksums are
# in package-lock.json.
fetched() { # fetched FOLDER
	(
		cd "$(dirname "$0")/$1"
		cmp -s package-lock.json node_modules/.made || { npm ci --ignore-scripts --no-audit --no-fund --silent && cp package-lock.json node_modules/.made; }
	) || { echo "setup: could not fetch the packages of test/$1/package-lock.json" >&2; exit 2; }
}
[ -n "$missing" ] || { fetched page; fetched openapi; fetched plugins/node; exit 0; }

if [ "$(id -u)" = 0 ]; then
	as=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	as="sudo -n"
else
	echo "setup: missing:$missing" >&2
	echo "hint: install them (on Debian: apt-get install$missing), or run make as root" >&2
	exit 2
fi
if ! command -v apt-get >/dev/null 2>&1; then
	echo "setup: missing:$missing" >&2
	echo "hint: this system has no apt-get: install them manually" >&2
	exit 2
fi
echo "setup: installing$missing"
# The tests start their own servers; the packages must not start any.
export RUNLEVEL=1
log=$(mktemp)
# shellcheck disable=SC2086  # word splitting is intended
if ! { $as apt-get update && DEBIAN_FRONTEND=noninteractive $as apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -n 5 "$log" >&2
	echo "setup: could not install:$missing" >&2
	exit 2
fi
rm -f "$log"
fetched page
fetched openapi
fetched plugins/node
