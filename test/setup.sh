#!/bin/sh
# Installs the Debian packages that tests and lint need, where it may; else names what is missing and exits 2.
set -eu
missing=
need() { # need COMMAND PACKAGE
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need go golang
need gcc gcc
need git git
# Who else reads a signature.
need minisign minisign
# Who reads a manual page, and finds fault with it.
need man man-db
need mandoc mandoc
# What a shell's completion is written for.
[ -e /usr/share/bash-completion/bash_completion ] || missing="$missing bash-completion"
# Who else reads a package, and an appliance to install it on.
need lintian lintian
need rpm rpm
need rpmlint rpmlint
need cpio cpio
need debootstrap debootstrap
need systemd-analyze systemd
need protoc protobuf-compiler
[ -e /usr/include/google/protobuf/struct.proto ] || missing="$missing libprotobuf-dev"
# A program at the admin socket, and a product's front end before it.
need curl curl
need unzip unzip
[ -x /usr/sbin/nginx ] || need nginx nginx-light
# Servers that an operator may take for a collection point, and a customer's proxy before it: 10 MB, about 20 seconds.
[ -x /usr/sbin/apache2 ] || need apache2 apache2-bin
[ -x /usr/sbin/haproxy ] || need haproxy haproxy
[ -e /usr/lib/lighttpd/mod_openssl.so ] || missing="$missing lighttpd lighttpd-mod-openssl"
[ -e /usr/lib/lighttpd/mod_webdav.so ] || missing="$missing lighttpd-mod-webdav"
[ -x /usr/sbin/squid ] || need squid squid
need stunnel4 stunnel4
# Who else reads what the conformance suite reports: a browser, and another parser.
need chromium chromium
need npm npm
[ -x /usr/bin/python3 ] || missing="$missing python3"
# A wire with losses, to count packets on.
[ -x /sbin/tc ] || [ -x /usr/sbin/tc ] || need tc iproute2
[ -x /usr/sbin/nft ] || need nft nftables
# The stand-ins' real servers. Both live where an ordinary user's PATH does not look.
[ -e /usr/share/zoneinfo/Europe/Berlin ] || missing="$missing tzdata"
[ -x /usr/sbin/snmpd ] || need snmpd snmpd
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || need postgres postgresql
[ -x /usr/sbin/pgbouncer ] || need pgbouncer pgbouncer
# The plugin in Python, of the system's own: another Python may come first in PATH.
[ -x /usr/bin/python3-config ] || missing="$missing python3-dev"
[ -e /usr/lib/python3/dist-packages/grpc ] || missing="$missing python3-grpcio"
[ -e /usr/lib/python3/dist-packages/google/protobuf ] || missing="$missing python3-protobuf"
[ -e /usr/lib/python3/dist-packages/cryptography ] || missing="$missing python3-cryptography"
# A disk that does not answer. No package brings the device.
[ -c /dev/fuse ] || echo "setup: /dev/fuse is missing: tests of core/sdk/sysinfo will fail; load the module fuse, or give it to the container" >&2
# What looks whether everybody can use the page, and who else reads the API's description: versions and checksums are in package-lock.json.
fetched() { # fetched FOLDER
	(
		cd "$(dirname "$0")/$1"
		cmp -s package-lock.json node_modules/.made || { npm ci --ignore-scripts --no-audit --no-fund --silent && cp package-lock.json node_modules/.made; }
	) || { echo "setup: could not fetch what test/$1/package-lock.json names" >&2; exit 2; }
}
[ -n "$missing" ] || { fetched page; fetched openapi; exit 0; }

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
	echo "hint: this system has no apt-get: install them by hand" >&2
	exit 2
fi
echo "setup: installing$missing"
# The tests start servers of their own; the packages need not make or start any.
export RUNLEVEL=1
log=$(mktemp)
# shellcheck disable=SC2086  # words are wanted
if ! { $as apt-get update && DEBIAN_FRONTEND=noninteractive $as apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
	tail -n 5 "$log" >&2
	echo "setup: could not install:$missing" >&2
	exit 2
fi
rm -f "$log"
fetched page
fetched openapi
