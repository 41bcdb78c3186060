package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// onRPM is the same life with rpm, in a root without Debian's programs, and with a stand-in for
// systemctl, which uses links and marks and records its calls.
var onRPM = []step{
	{"rpm requires the host for a product's package, and accepts both in either order", (*site).installRPM},
	{"rpm: the service's own user and folders exist, and no other user can read them", (*site).owned},
	{"rpm: enabled by its preset, and started", (*site).presetRPM},
	{"rpm: another product's package is refused", (*site).secondRPM},
	{"rpm: configured and allowed, but the collection point is down: the document waits", (*site).waitsRPM},
	{"rpm: upgraded with an invalid configuration: an error is printed, and the running service stays",
		(*site).brokenRPM},
	{"rpm: upgraded: the configuration stays, the waiting document is delivered, a disabled unit stays disabled",
		(*site).upgradeRPM},
	{"rpm: replaced by another product, and back", (*site).switchedRPM},
	{"rpm: erased and installed again: as decided", (*site).eraseRPM},
	{"rpm: the commands of the guide remove everything", (*site).forgetRPM},
}

// bare removes Debian's programs from the root, and declares in rpm's database the providers of the
// rest.
func (s *site) bare() error {
	if _, err := s.inside("rm -f /usr/bin/deb-systemd-* /usr/sbin/invoke-rc.d /usr/sbin/update-rc.d"); err != nil {
		return err
	}
	if err := s.write("/usr/bin/systemctl", systemctl); err != nil {
		return err
	}
	if _, err := s.inside("chmod +x /usr/bin/systemctl && mkdir -p /run/systemd/system /etc/systemd/system " +
		"/usr/lib/systemd/system-preset /usr/lib/sysusers.d /usr/share/licenses"); err != nil {
		return err
	}
	spec := filepath.Join(s.work, "base.spec")
	if err := os.WriteFile(spec, []byte(baseSpec), 0o644); err != nil {
		return err
	}
	made := filepath.Join(s.work, "rpmbuild")
	if _, err := s.host("rpmbuild", "--quiet", "--define", "_topdir "+made, "-bb", spec); err != nil {
		return err
	}
	base, err := only(filepath.Join(made, "RPMS", "noarch"), "base-*.rpm")
	if err == nil {
		_, err = s.rpm("-i", base)
	}
	return err
}

// baseSpec declares the packages of a distribution.
const baseSpec = `Name: base
Version: 1
Release: 1
Summary: A stand-in for a distribution
License: Apache-2.0
BuildArch: noarch
Provides: /bin/sh /usr/sbin/useradd /usr/sbin/groupadd /usr/bin/getent /usr/bin/sed coreutils util-linux
%description
A stand-in.
%files
`

const systemctl = `#!/bin/sh
# A stand-in: an enabled unit has a file in /root/enabled, an active one in /root/active.
mkdir -p /root/enabled /root/active
echo "$*" >>/root/asked
verb=
for word; do
	case "$word" in
	-*) ;;
	*.service | *.timer | *.socket)
		case "$verb" in
		preset | enable) touch "/root/enabled/$word" ;;
		disable) rm -f "/root/enabled/$word" ;;
		start | restart) touch "/root/active/$word" ;;
		stop) rm -f "/root/active/$word" ;;
		is-enabled) [ -e "/root/enabled/$word" ] || exit 1 ;;
		is-active) [ -e "/root/active/$word" ] || exit 3 ;;
		esac
		;;
	*) verb=$word ;;
	esac
done
`

// rpm runs this machine's rpm on the root, with the scripts inside it.
func (s *site) rpm(args ...string) (string, error) {
	return s.host(append([]string{"unshare", "--mount", "/bin/sh", "-c",
		`mount --bind /proc "$1/proc"; exec rpm --root "$@"`, "rpm", s.root}, args...)...)
}

// installThem installs or upgrades the host's and a product's package, the product's first.
func (s *site) installThem(from string) (string, error) {
	product, err := only(from, "usagedata-plugin-"+s.product+"-[0-9]*.x86_64.rpm")
	host, failed := only(from, "usagedata-[0-9]*.x86_64.rpm")
	if err = errors.Join(err, failed); err != nil {
		return "", err
	}
	return s.rpm("-U", "--replacepkgs", product, host)
}

func (s *site) installRPM() (err error) {
	if err := s.bare(); err != nil {
		return err
	}
	if before, err = s.tree(); err != nil {
		return err
	}
	if err := s.clock(); err != nil {
		return err
	}
	alone, err := only(s.old, "usagedata-plugin-"+s.product+"-[0-9]*.x86_64.rpm")
	if err != nil {
		return err
	}
	if out, err := s.rpm("-i", alone); err == nil || !strings.Contains(out, "usagedata >= 0.1.1 is needed by") {
		return fmt.Errorf("without the host: got %v\n%s", err, out)
	}
	if _, err := s.installThem(s.old); err != nil {
		return err
	}
	return s.mustSay("usagedata products", s.product, "installed, selected")
}

func (s *site) presetRPM() error {
	return s.mustSay("cat /root/asked; ls /root/active", "preset usagedata.service\n", "restart usagedata.service\n",
		"\nusagedata.service\n")
}

func (s *site) secondRPM() error {
	other, err := only(s.now, "usagedata-plugin-"+s.other+"-[0-9]*.x86_64.rpm")
	if err != nil {
		return err
	}
	out, err := s.rpm("-i", "--test", other)
	if err == nil {
		return fmt.Errorf("got no failure, but\n%s", out)
	}
	return says("rpm", out, "conflicts with")
}

func (s *site) waitsRPM() error {
	if err := s.configure(); err != nil {
		return err
	}
	return s.waits()
}

func (s *site) brokenRPM() error {
	for _, m := range mishaps {
		do, mend := strings.ReplaceAll(m.do, "CONFIG", config), strings.ReplaceAll(m.mend, "CONFIG", config)
		if _, err := s.inside(do + " && rm /root/asked"); err != nil {
			return err
		}
		out, err := s.installThem(s.now)
		if err == nil {
			err = says("rpm", out, "usagedata: the service is not restarted", m.says, "hint: ")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		asked, err := s.read("/root/asked")
		if err == nil && (strings.Contains(asked, "restart") || strings.Contains(asked, "stop")) {
			err = fmt.Errorf("%s: systemctl was asked\n%s", m.name, asked)
		}
		if err != nil {
			return err
		}
		if _, err := s.inside(mend); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) upgradeRPM() error {
	n := len(s.point.Received())
	if _, err := s.inside("systemctl disable usagedata.service && systemctl stop usagedata.service"); err != nil {
		return err
	}
	if _, err := s.installThem(s.now); err != nil {
		return err
	}
	if err := s.mustSay("usagedata send && cat /etc/usagedata/config.yaml && ls -A /root/enabled /root/active",
		"accepted",
		"ca: /etc/usagedata/collection-ca.pem", "/root/active:\n\n/root/enabled:\n"); err != nil {
		return err
	}
	return s.received(n + 1)
}

func (s *site) switchedRPM() error {
	for _, pair := range [][2]string{{s.product, s.other}, {s.other, s.product}} {
		second, err := only(s.now, "usagedata-plugin-"+pair[1]+"-[0-9]*.x86_64.rpm")
		if err != nil {
			return err
		}
		_, err = s.rpm("-e", "usagedata-plugin-"+pair[0])
		_, failed := s.rpm("-i", second)
		if err := errors.Join(err, failed); err != nil {
			return err
		}
		if err := s.mustSay("usagedata dictionary >/dev/null && usagedata products && cat "+config,
			"installed, selected", "\nproduct: "+pair[1]+"\n", "collection-ca.pem"); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) eraseRPM() error {
	if _, err := s.rpm("-e", "usagedata-plugin-"+s.product, "usagedata"); err != nil {
		return err
	}
	if err := s.mustSay("ls /usr/bin/usagedata 2>&1; ls /var/lib/usagedata /var/log/usagedata; ls -A /root/enabled",
		"No such file", "decision.json", "key\n", "analytics.json", "journal.jsonl"); err != nil {
		return err
	}
	if _, err := s.installThem(s.now); err != nil {
		return err
	}
	return s.mustSay("usagedata consent; ls -A /root/enabled", "allowed since", "usagedata.service\n")
}

// forget is the command in cmd/package/README.md for rpm.
const forget = "rm -rf /etc/usagedata /var/lib/usagedata /var/log/usagedata /run/usagedata " +
	"/etc/systemd/system/usagedata-once.timer.d; userdel usagedata"

func (s *site) forgetRPM() error {
	guide, err := os.ReadFile("cmd/package/README.md")
	if err != nil {
		return err
	}
	if err := says("the guide", string(guide), "\n"+forget+"\n"); err != nil {
		return err
	}
	if _, err := s.rpm("-e", "usagedata-plugin-"+s.product, "usagedata"); err != nil {
		return err
	}
	if _, err := s.inside(forget); err != nil {
		return err
	}
	return s.nothingLeft()
}
