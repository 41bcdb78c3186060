package main

import (
	"fmt"
)

// onRPM is the same life with rpm. The root is Debian's, in which no package of rpm's provides /bin/sh: its
// dependencies are asked for where they are what is tried, and not elsewhere.
var onRPM = []step{
	{"rpm installs the earlier version's two packages", (*site).installRPM},
	{"rpm's: the service's own user and folders are there, and nobody else reads them", (*site).owned},
	{"rpm's: another product's package is refused", (*site).secondRPM},
	{"rpm's: configured, allowed, and the collection point is down: the document waits", (*site).waitsRPM},
	{"rpm's: upgraded: the configuration stays, and what waited is delivered", (*site).upgradeRPM},
	{"rpm's: erased: nothing is left, the key included", (*site).eraseRPM},
}

// rpm runs this machine's rpm on the root, its scripts inside.
func (s *site) rpm(args ...string) (string, error) {
	return s.host(append([]string{"unshare", "--mount", "/bin/sh", "-c",
		`mount --bind /proc "$1/proc"; exec rpm --root "$@"`, "rpm", s.root}, args...)...)
}

// installThem installs the one after the other, as the dependency that is not asked for would have it.
func (s *site) installThem(from string) error {
	for _, name := range []string{"usagedata-", "usagedata-plugin-" + s.product + "-"} {
		rpm, err := only(from, name+"[0-9]*.x86_64.rpm")
		if err != nil {
			return err
		}
		if _, err := s.rpm("--nodeps", "-U", rpm); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) installRPM() (err error) {
	if before, err = s.tree(); err != nil {
		return err
	}
	if err := s.clock(); err != nil {
		return err
	}
	if err := s.installThem(s.old); err != nil {
		return err
	}
	return s.mustSay("usagedata products", s.product, "installed, selected")
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

func (s *site) upgradeRPM() error {
	n := len(s.point.Received())
	if err := s.installThem(s.now); err != nil {
		return err
	}
	if err := s.mustSay("usagedata send && cat /etc/usagedata/config.yaml", "accepted",
		"ca: /etc/usagedata/collection-ca.pem"); err != nil {
		return err
	}
	return s.received(n + 1)
}

func (s *site) eraseRPM() error {
	if _, err := s.rpm("--nodeps", "-e", "usagedata-plugin-"+s.product, "usagedata"); err != nil {
		return err
	}
	return s.nothingLeft()
}
