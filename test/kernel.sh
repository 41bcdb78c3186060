#!/bin/sh
# Runs tests of core/confine and core/pluginhost on Debian's kernel, with control groups of version 2 and an older Landlock, in an emulated machine
# that cannot reach this one. Needs root, to install qemu-system-x86 and cpio.
set -eu
work=${1:?usage: test/kernel.sh FOLDER}
mkdir -p "$work/root"
for package in qemu-system-x86 cpio; do
	dpkg -s "$package" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" >"$work/install.log" 2>&1 || {
		tail -n 5 "$work/install.log" >&2
		echo "kernel: could not install $package" >&2
		exit 2
	}
done
if ! ls "$work"/boot/vmlinuz-* >/dev/null 2>&1; then
	package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
	(cd "$work" && apt-get download -q "$package" >download.log 2>&1 && dpkg-deb -x linux-image-*.deb unpacked && rm -f linux-image-*.deb && mv unpacked/boot . && rm -rf unpacked)
fi
CGO_ENABLED=0 go build -trimpath -o "$work/root/init" ./test/cmd/guest
rm -rf "$work/root/tests"
mkdir "$work/root/tests"
for name in confine pluginhost; do
	CGO_ENABLED=0 go test -c -trimpath -o "$work/root/tests/$name" "./core/$name"
done
(cd "$work/root" && printf 'init\ntests\ntests/confine\ntests/pluginhost\n' | cpio -o -H newc --quiet) | gzip -1 >"$work/initrd.gz"

# An emulated processor is some twenty times slower than a real one.
timeout 300 qemu-system-x86_64 -machine q35,accel=tcg -cpu max -m 3072 -smp 2 -nic none -nographic -no-reboot \
	-kernel "$work"/boot/vmlinuz-* -initrd "$work/initrd.gz" \
	-append "console=ttyS0 quiet panic=-1 lsm=landlock tests=^(TestCgroup|TestReport|TestExcessIsKilled|TestMemoryIsBounded|TestCollect|TestCancelKillsThePlugin)$" >"$work/output" 2>/dev/null </dev/null || true
tr -d '\r' <"$work/output" | grep -a -E 'guest:|^ *(---|[a-z]+_test.go)' || true
grep -a -q 'guest: passed' "$work/output"
