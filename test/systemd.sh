#!/bin/sh
# Boots Debian with its own systemd in an emulated machine, with the packages installed, and runs test/systemd-trial.sh there. It tests resident and timer mode: the
# hardened units, the timer at the slot, the socket. The emulated machine cannot reach this one. Needs root and some minutes, because an emulated
# processor is some twenty times slower than a real one. With CLOCK, for example +3y or -1y, the emulated machine's clock is ahead or behind.
set -eu
work=${1:?usage: test/systemd.sh FOLDER PACKAGES}
packages=${2:?usage: test/systemd.sh FOLDER PACKAGES}
years=$(printf %s "${CLOCK:-+0y}" | sed -n 's/^\([+-][0-9][0-9]*\)y$/\1/p')
[ -n "$years" ] || { echo "systemd: CLOCK must be a number of years such as +3y or -1y, not $CLOCK" >&2; exit 2; }
clock=$(date -u -d "$years years" +%Y-%m-%dT%H:%M:%S)
mkdir -p "$work"
for package in qemu-system-x86 cpio debootstrap; do
	dpkg -s "$package" >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" >"$work/install.log" 2>&1 || {
		tail -n 5 "$work/install.log" >&2
		echo "systemd: could not install $package" >&2
		exit 2
	}
done
if ! ls "$work"/boot/vmlinuz-* >/dev/null 2>&1; then
	package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
	(cd "$work" && apt-get download -q "$package" >download.log 2>&1 && dpkg-deb -x linux-image-*.deb unpacked && rm -f linux-image-*.deb && mv unpacked/boot . && rm -rf unpacked)
fi
if ! [ -e "$work/base.tar" ]; then
	rm -rf "$work/base"
	debootstrap --variant=minbase --include=systemd,systemd-sysv bookworm "$work/base" http://deb.debian.org/debian >"$work/debootstrap.log" 2>&1
	tar -C "$work/base" --one-file-system -cf "$work/base.tar" .
	rm -rf "$work/base"
fi
rm -rf "$work/root"
mkdir "$work/root"
tar -C "$work/root" -xf "$work/base.tar"

# The appliance, and a stand-in for the collection point on the same machine.
mkdir "$work/root/packages"
cp "$packages"/usagedata_*_amd64.deb "$packages"/usagedata-plugin-dma_*_amd64.deb "$work/root/packages/"
chroot "$work/root" sh -c 'dpkg --install /packages/*.deb && rm -rf /packages' >"$work/install.log" 2>&1
CGO_ENABLED=0 go build -trimpath -o "$work/root/usr/local/bin/collectionpoint" ./test/cmd/collectionpoint
install -m 0755 test/systemd-trial.sh "$work/root/usr/local/bin/trial"
printf '127.0.0.1 localhost\n127.0.1.1 appliance\n' >"$work/root/etc/hosts"
echo appliance >"$work/root/etc/hostname"
cat >>"$work/root/etc/usagedata/config.yaml" <<'YAML'
collection_point: {host: localhost, port: 8443, ca: /etc/usagedata/ca.pem}
YAML
cat >"$work/root/etc/systemd/system/point.service" <<'UNIT'
[Service]
ExecStart=/usr/local/bin/collectionpoint -dir /point -listen 127.0.0.1:8443
UNIT
cat >"$work/root/etc/systemd/system/trial.service" <<'UNIT'
[Unit]
After=multi-user.target point.service
Wants=point.service
[Service]
Type=oneshot
ExecStart=/usr/local/bin/trial
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
TimeoutStartSec=infinity
ExecStopPost=/usr/bin/systemctl --force --force poweroff
UNIT
ln -sf /dev/null "$work/root/etc/systemd/system/serial-getty@ttyS0.service"
ln -sf /dev/null "$work/root/etc/systemd/system/systemd-timesyncd.service"
mkdir -p "$work/root/etc/systemd/system/default.target.wants"
ln -sf ../trial.service "$work/root/etc/systemd/system/default.target.wants/trial.service"
ln -sf usr/lib/systemd/systemd "$work/root/init"
rm -rf "$work"/root/usr/share/locale "$work"/root/usr/share/doc "$work"/root/var/cache/apt "$work"/root/var/lib/apt/lists
(cd "$work/root" && find . -xdev | cpio -o -H newc --quiet) >"$work/initrd"

# The emulated machine's clock counts a nanosecond for each instruction and skips idle time, so that a time limit inside
# means the same on a busy machine.
timeout 2400 qemu-system-x86_64 -machine q35 -accel tcg,thread=single -icount shift=0,sleep=off -cpu max -m 4096 -smp 1 -nic none -nographic -no-reboot \
	-rtc "base=$clock,clock=vm" \
	-kernel "$work"/boot/vmlinuz-* -initrd "$work/initrd" \
	-append "console=ttyS0 quiet panic=-1 lsm=landlock systemd.show_status=0 systemd.unified_cgroup_hierarchy=1 systemd.setenv=CLOCK=$clock" >"$work/output" 2>/dev/null </dev/null || true
tr -d '\r' <"$work/output" | grep -a -E '^trial:' || true
rm -rf "$work/root" "$work/initrd"
grep -a -q '^trial: passed' "$work/output"
