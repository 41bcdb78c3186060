package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const config = "/etc/usagedata/config.yaml"

// With these files, Debian assumes that sysvinit has started the machine. The root has no init of
// its own.
const (
	initFiles = "/etc/inittab /sbin/init /sbin/runlevel"
	sysvinit  = `touch /etc/inittab && ln -s /bin/true /sbin/init && printf '#!/bin/sh\necho N 2\n' >/sbin/runlevel && chmod +x /sbin/runlevel`
)

// mishaps are changes that an administrator may have made to the configuration before an upgrade,
// the upgrade's message, and the correction that its hint suggests.
var mishaps = []struct {
	name, do, says, mend string
}{
	{"S15: mode 0600", "chown root:root CONFIG && chmod 0600 CONFIG", "the service's user cannot read " + config,
		"chgrp usagedata CONFIG && chmod 0640 CONFIG"},
	{"a mistake", "cp -p CONFIG CONFIG.right && echo 'prodct: dma' >>CONFIG", `unknown key "prodct"`,
		"mv CONFIG.right CONFIG"},
	{"a file that it names is gone", "mv /etc/usagedata/collection-ca.pem /etc/usagedata/ca.pem", "collection-ca.pem",
		"mv /etc/usagedata/ca.pem /etc/usagedata/collection-ca.pem"},
}

// broken upgrades with each mishap while the service runs: the package manager's exit status is 0,
// it prints the reason and a hint, and the process stays the same. Following the hint restarts it.
func (s *site) broken() (err error) {
	if _, err := s.inside(sysvinit + " && /etc/init.d/usagedata start"); err != nil {
		return err
	}
	defer func() {
		_, stopped := s.inside("/etc/init.d/usagedata stop; rm -f " + initFiles)
		err = errors.Join(err, stopped)
	}()
	for _, m := range mishaps {
		if err := s.mishap(m.do, m.says, m.mend); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

func (s *site) mishap(do, words, mend string) error {
	do, mend = strings.ReplaceAll(do, "CONFIG", config), strings.ReplaceAll(mend, "CONFIG", config)
	was, err := s.running()
	if err != nil {
		return err
	}
	if err := s.bring(s.now, "usagedata_*_amd64.deb", "usagedata-plugin-"+s.product+"_*_amd64.deb"); err != nil {
		return err
	}
	line := do + " && dpkg --install /packages/*.deb && rm /packages/*.deb && dpkg --audit"
	if err := s.mustSay(line, "usagedata: the service is not restarted", words, "hint: ",
		"/usr/lib/usagedata/configure\n"); err != nil {
		return err
	}
	if is, err := s.running(); err != nil || is != was {
		return fmt.Errorf("process %s runs want %s: (%v)", is, was, err)
	}
	if _, err := s.inside(mend + " && /usr/lib/usagedata/configure"); err != nil {
		return err
	}
	if is, err := s.running(); err != nil || is == was {
		return fmt.Errorf("process %s still runs (%v)", is, err)
	}
	return nil
}

// running returns the process of the service.
func (s *site) running() (string, error) {
	pid, err := s.inside("cat /var/run/usagedata.pid && /etc/init.d/usagedata status >&2")
	pid, _, _ = strings.Cut(pid, "\n")
	return pid, err
}

func (s *site) policy() error {
	if err := s.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n"); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(s.root, "usr/sbin/policy-rc.d"), 0o755); err != nil {
		return err
	}
	if _, err := s.inside(sysvinit + " && /usr/lib/usagedata/configure"); err != nil {
		return err
	}
	return s.mustFail("rm /usr/sbin/policy-rc.d "+initFiles+"; /etc/init.d/usagedata status", "is not running")
}

// switched replaces this product's package with another one's, and back. Neither package manager
// asks, because the standard input is not a terminal.
func (s *site) switched() error {
	was, err := s.read(config)
	if err != nil {
		return err
	}
	source := "sources:\n  platform_api:\n    url: https://127.0.0.1:1/api/rest\n    credentials: /etc/usagedata/api\n"
	if err := errors.Join(s.write("/etc/usagedata/api", "user:word\n"), s.write(config, was+source)); err != nil {
		return err
	}
	if _, err := s.inside("chgrp usagedata /etc/usagedata/api && chmod 0640 /etc/usagedata/api"); err != nil {
		return err
	}
	// The site's collection point stays in both configurations, and the first product's source
	// returns with its package.
	if err := s.instead(s.product, s.other, "collection-ca.pem"); err != nil {
		return err
	}
	if err := s.instead(s.other, s.product, "collection-ca.pem", "\n  platform_api:\n    url: "); err != nil {
		return err
	}
	if err := s.instead(s.product, s.other, "collection-ca.pem"); err != nil {
		return err
	}
	// A purge of the first package does not remove files of the other.
	if err := s.mustSay("dpkg --purge usagedata-plugin-"+s.product+"; cat "+config,
		"product: "+s.other+"\n"); err != nil {
		return err
	}
	return s.instead(s.other, s.product, "collection-ca.pem")
}

// instead removes the first package and installs the second, whose configuration must then have
// these pieces.
func (s *site) instead(first, second string, pieces ...string) error {
	if _, err := s.inside("dpkg --remove usagedata-plugin-" + first); err != nil {
		return err
	}
	if err := s.dpkg(s.now, second); err != nil {
		return err
	}
	return s.mustSay("usagedata dictionary >/dev/null && usagedata products && cat "+config,
		append(pieces, "installed, selected", "\nproduct: "+second+"\n")...)
}
