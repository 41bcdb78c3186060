package main

import (
	"errors"
	"fmt"
	"strings"
)

const decide = `usagedata consent allow --yes --by "an administrator"`

var before map[string]bool // the root's files before anything was installed

// onDebian is the life of an appliance with dpkg.
var onDebian = []step{
	{"dpkg installs the earlier version's two packages", (*site).install},
	{"the service's own user and folders exist, and no other user can read them", (*site).owned},
	{"another product's package is refused", (*site).second},
	{"S16: without authorities on the machine, check fails and names the package that has them", (*site).authorities},
	{"configured, without a decision: nothing is sent", (*site).undecided},
	{"allowed, but the collection point is down: the document waits", (*site).waits},
	{"upgraded: the configuration stays, and the waiting document is delivered", (*site).upgrade},
	{"upgraded with an invalid configuration: an error is printed, and the running service stays", (*site).broken},
	{"the sysv script starts, reports and stops the service", (*site).sysv},
	{"policy-rc.d forbids starting: nothing starts", (*site).policy},
	{"replaced by another product: the site's settings stay; replaced back: the sources too", (*site).switched},
	{"removed: the programs are gone, decision and key stay; installed again: as decided", (*site).remove},
	{"purged: nothing is left, not even the key", (*site).purge},
}

func (s *site) install() (err error) {
	if before, err = s.tree(); err != nil {
		return err
	}
	if err := s.clock(); err != nil {
		return err
	}
	if err := s.dpkg(s.old, s.product); err != nil {
		return err
	}
	return s.mustSay("usagedata products", s.product, "installed, selected")
}

// dpkg installs a product's package. If it is s.product, the same call installs the host's package
// first.
func (s *site) dpkg(from, product string) error {
	names := []string{"usagedata-plugin-" + product + "_*_amd64.deb"}
	if product == s.product {
		names = append(names, "usagedata_*_amd64.deb")
	}
	if err := s.bring(from, names...); err != nil {
		return err
	}
	_, err := s.inside("dpkg --install $(ls -r /packages/*.deb) && rm /packages/*.deb")
	return err
}

func (s *site) owned() error {
	return s.mustSay("stat -c '%n %U:%G %a' /var/lib/usagedata /var/log/usagedata /etc/usagedata "+
		"/etc/usagedata/config.yaml",
		"/var/lib/usagedata usagedata:usagedata 750\n", "/var/log/usagedata usagedata:usagedata 750\n",
		"/etc/usagedata root:usagedata 750\n",
		"/etc/usagedata/config.yaml root:usagedata 640\n")
}

func (s *site) second() error {
	name := "usagedata-plugin-" + s.other
	if err := s.bring(s.now, name+"_*_amd64.deb"); err != nil {
		return err
	}
	if err := s.mustFail("dpkg --install /packages/*.deb", "conflicts with"); err != nil {
		return err
	}
	return s.mustSay("rm /packages/*.deb; usagedata products", s.product)
}

// authorities tests a minimal machine: debootstrap does not install the package ca-certificates.
func (s *site) authorities() error {
	return s.mustFail("usagedata check", "FAIL  trust", "install the package ca-certificates")
}

func (s *site) undecided() error {
	if err := s.configure(); err != nil {
		return err
	}
	if err := s.mustFail("usagedata send", "sending usage data is not allowed"); err != nil {
		return err
	}
	if n := s.point.Connections(); n != 0 {
		return fmt.Errorf("the collection point had %d connections want none", n)
	}
	return s.mustSay("usagedata check --now", "ok    plugin")
}

func (s *site) waits() error {
	if err := s.mustSay(decide, "allowed since"); err != nil {
		return err
	}
	if err := s.point.Behave("status:503"); err != nil {
		return err
	}
	if err := s.mustFail("usagedata send", "503 Service Unavailable"); err != nil {
		return err
	}
	return s.mustSay("usagedata status", "1 document\n")
}

func (s *site) upgrade() error {
	was, err := s.inside("usagedata version; ls /var/lib/usagedata/spool; cat /etc/usagedata/config.yaml")
	if err != nil {
		return err
	}
	if err := s.dpkg(s.now, s.product); err != nil {
		return err
	}
	is, err := s.inside("usagedata version; ls /var/lib/usagedata/spool; cat /etc/usagedata/config.yaml")
	if err != nil {
		return err
	}
	oldVersion, oldRest, _ := strings.Cut(was, "\n")
	newVersion, newRest, _ := strings.Cut(is, "\n")
	if oldVersion == newVersion || oldRest != newRest {
		return fmt.Errorf("got\n%s\nafter\n%s", is, was)
	}
	if err := s.mustSay("usagedata send", "accepted"); err != nil {
		return err
	}
	if id := s.point.Received()[0].ID; !strings.Contains(oldRest, id) {
		return fmt.Errorf("%s was delivered, but was not waiting before the upgrade", id)
	}
	return s.received(1)
}

func (s *site) sysv() (err error) {
	defer func() { // leaves no process behind, even on failure
		if _, stopped := s.inside("/etc/init.d/usagedata stop"); err == nil {
			err = stopped
		}
	}()
	if err := s.mustSay("/etc/init.d/usagedata start", "usagedata is started"); err != nil {
		return err
	}
	if err := s.mustSay("/etc/init.d/usagedata start", "is already running"); err != nil {
		return err
	}
	if err := s.mustSay(`grep -E '^(Uid|Gid)' /proc/$(cat /var/run/usagedata.pid)/status; id -u usagedata; usagedata status`, "last document"); err != nil {
		return err
	}
	if err := s.mustSay(`[ "$(awk '/^Uid/ {print $2}' /proc/$(cat /var/run/usagedata.pid)/status)" = "$(id -u usagedata)" ] && echo as its own user`, "as its own user"); err != nil {
		return err
	}
	if err := s.mustSay("/etc/init.d/usagedata restart && /etc/init.d/usagedata status", "usagedata is stopped",
		"usagedata is running\n"); err != nil {
		return err
	}
	if err := s.mustSay("/etc/init.d/usagedata stop", "usagedata is stopped"); err != nil {
		return err
	}
	return s.mustFail("/etc/init.d/usagedata status", "is not running")
}

func (s *site) remove() error {
	if _, err := s.inside("dpkg --remove usagedata-plugin-" + s.product + " usagedata"); err != nil {
		return err
	}
	if err := s.mustSay("ls /usr/bin/usagedata 2>&1; ls /var/lib/usagedata /var/log/usagedata",
		"No such file", "decision.json", "key\n", "analytics.json", "journal.jsonl"); err != nil {
		return err
	}
	if err := s.dpkg(s.now, s.product); err != nil {
		return err
	}
	if err := s.mustSay("usagedata consent", "allowed since"); err != nil {
		return err
	}
	_, err := s.inside("dpkg --remove usagedata-plugin-" + s.product + " usagedata")
	return err
}

func (s *site) purge() error {
	if _, err := s.inside("dpkg --purge usagedata-plugin-" + s.product + " usagedata"); err != nil {
		return err
	}
	return s.nothingLeft()
}

func (s *site) nothingLeft() error {
	after, err := s.tree()
	if err != nil {
		return err
	}
	if names := left(after, before); len(names) > 0 {
		return fmt.Errorf("left behind: %v", names)
	}
	if _, err := s.inside("getent passwd usagedata"); err == nil {
		return errors.New("the user still exists")
	}
	return nil
}
