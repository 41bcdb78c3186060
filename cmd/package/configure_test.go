package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// configuring runs the script configure in test folders, with fakes of the programs that it calls.
// Each fake records its arguments and exits as the test says.
type configuring struct{ dir string }

func (c configuring) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func configurable(t *testing.T) configuring {
	t.Helper()
	c := configuring{t.TempDir()}
	text, err := filled("configure", unitNames)
	if err != nil {
		t.Fatal(err)
	}
	text = strings.ReplaceAll(text, "$(id -u)", "0")
	for _, root := range []string{"/etc", "/usr/lib/usagedata", "/usr/bin/usagedata", "/run/systemd",
		"/var/lib/systemd"} {
		text = strings.ReplaceAll(text, root, c.dir+root)
	}
	text = strings.ReplaceAll(text, c.dir+"/usr/lib/usagedata"+c.dir, c.dir+"/usr/lib/usagedata")
	c.write(t, "configure", text)
	c.write(t, "etc/usagedata/config.yaml", "product: acme\n")
	c.write(t, "usr/lib/usagedata/products/acme/profile.yaml", "")
	c.write(t, "usr/lib/usagedata/usable", "#!/bin/sh\n")
	c.write(t, "usr/bin/usagedata", "#!/bin/sh\n")
	for _, tool := range []string{"cat", "ls", "sed", "mkdir", "mv", "rm", "sh"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		c.write(t, "bin/"+tool, fmt.Sprintf("#!/bin/sh\nexec %s \"$@\"\n", path))
	}
	return c
}

// program adds a fake; ends holds branches of a shell's case, such as `is-enabled*) echo masked
// ;;`.
func (c configuring) program(t *testing.T, name, ends string) {
	t.Helper()
	c.write(t, name, fmt.Sprintf("#!/bin/sh\necho \"${0##*/} $*\" >>%s/asked\ncase \"$*\" in\n%s\nesac\n", c.dir, ends))
}

// run returns the exit status, the output, and the recorded calls.
func (c configuring) run(t *testing.T, shell string, args ...string) (status int, said, asked string) {
	t.Helper()
	os.Remove(filepath.Join(c.dir, "asked"))
	command := exec.Command(shell, append([]string{filepath.Join(c.dir, "configure")}, args...)...)
	command.Env = []string{"PATH=" + filepath.Join(c.dir, "bin"), "DPKG_MAINTSCRIPT_PACKAGE=usagedata"}
	out, _ := command.CombinedOutput()
	text, _ := os.ReadFile(filepath.Join(c.dir, "asked")) // missing if no program was called
	return command.ProcessState.ExitCode(), string(out), string(text)
}

// configure ends with the right status and message on each kind of machine, and makes the right
// calls to init. If the configuration is unusable, a running service keeps running.
func TestConfigure(t *testing.T) {
	systemd := func(ends string) map[string]string {
		return map[string]string{"run/systemd/system/x": "", "bin/systemctl": ends}
	}
	with := func(more ...map[string]string) map[string]string {
		all := map[string]string{}
		for _, m := range more {
			for name, text := range m {
				all[name] = text
			}
		}
		return all
	}
	debian := map[string]string{"bin/deb-systemd-helper": "", "bin/deb-systemd-invoke": ""}
	known := map[string]string{"var/lib/systemd/deb-systemd-helper-enabled/usagedata.service.dsh-also": ""}
	sysv := map[string]string{"etc/inittab": "", "etc/init.d/usagedata": "status) exit 3 ;;"}
	chkconfigOff := map[string]string{"bin/chkconfig": "*) exit 1 ;;"}
	level := func(link string) map[string]string {
		return map[string]string{"bin/runlevel": "*) echo N 3 ;;", "etc/rc3.d/" + link: ""}
	}
	runs := map[string]string{"etc/init.d/usagedata": ""}
	unusable := map[string]string{"usr/lib/usagedata/usable": "*) echo 'unknown key'; echo 'correct it'; exit 1 ;;"}
	gone := map[string]string{"usr/lib/usagedata/usable": "*) echo 'product other: not installed'; echo x; exit 1 ;;"}
	off, on := "*is-enabled*) exit 1 ;;", "" // output of systemctl is-enabled
	for name, c := range map[string]struct {
		machine    map[string]string
		arg        string
		status     int
		said       string // empty: no output
		asked, not string
	}{
		"started": {with(debian, systemd(on)),
			"", 0, "", "deb-systemd-invoke restart usagedata.service", "stop"},
		"switched to timer": {systemd(on), "timer", 0, "", "systemctl --quiet disable usagedata.service", ""},
		"switched to timer, unusable": {with(systemd(on), unusable),
			"timer", 1, "unknown key\nhint: correct it", "", "systemctl"},
		"upgraded, unusable": {with(systemd(on), unusable),
			"upgrade", 1, "unknown key\nhint: correct it", "", "start"},
		"the product comes later":  {with(systemd(on), gone), "upgrade", 0, "", "", "start"},
		"the product is gone":      {with(systemd(on), gone), "", 1, "not installed", "", "start"},
		"installed with dpkg":      {with(debian, systemd(off)), "install", 0, "", "deb-systemd-helper enable", ""},
		"disabled before 0.1.1":    {with(debian, systemd(off)), "upgrade", 0, "", "", "deb-systemd-helper"},
		"enabled before 0.1.1":     {with(debian, systemd(on)), "upgrade", 0, "", "deb-systemd-helper enable", ""},
		"dpkg's product, disabled": {with(debian, systemd(off)), "", 0, "", "", "deb-systemd-helper"},
		"known to deb-systemd-helper": {with(debian, known, systemd(off)),
			"upgrade", 0, "", "deb-systemd-helper enable", ""},
		"masked": {systemd("*is-enabled*) echo masked; exit 1 ;;"), "", 1, "hint: systemctl unmask", "", "restart"},
		"timer, its socket masked": {systemd("*is-enabled*socket) echo masked; exit 1 ;;"), "timer", 0,
			"socket is masked", "restart usagedata-once.timer", "restart usagedata-admin.socket"},
		"sysv, on": {with(sysv, map[string]string{"bin/chkconfig": ""}), "", 0, "", "usagedata restart",
			""},
		"sysv, off":              {with(sysv, chkconfigOff), "", 0, "", "", "restart"},
		"sysv, off, runs":        {with(sysv, runs, chkconfigOff), "", 0, "", "restart", ""},
		"sysv, by folders":       {with(sysv, level("S95usagedata")), "", 0, "", "restart", ""},
		"sysv, off there":        {with(sysv, level("K05usagedata")), "", 0, "", "", "restart"},
		"sysv, unknown runlevel": {sysv, "", 0, "not on in a known runlevel\nhint: ", "", "restart"},
		"sysv with a timer":      {sysv, "timer", 0, "the resident service runs instead", "usagedata restart", ""},
	} {
		for _, shell := range shells {
			m := configurable(t)
			for file, text := range c.machine {
				m.program(t, file, text)
			}
			status, said, asked := m.run(t, shell, strings.Fields(c.arg)...)
			if status != c.status || !strings.Contains(said, c.said) || c.said == "" && said != "" {
				t.Errorf("%s, %s: got %d and %q want %d and %q", name, shell, status, said, c.status, c.said)
			}
			if !strings.Contains(asked, c.asked) || c.not != "" && strings.Contains(asked, c.not) {
				t.Errorf("%s, %s: asked\n%swant %q and not %q", name, shell, asked, c.asked, c.not)
			}
		}
	}
}

// configure reports a dangling symbolic link.
func TestConfigureReportsADanglingLink(t *testing.T) {
	c := configurable(t)
	file := filepath.Join(c.dir, "etc/usagedata/config.yaml")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/nonexistent", file); err != nil {
		t.Fatal(err)
	}
	if status, said, _ := c.run(t, "dash"); status != 1 || !strings.Contains(said, "does not exist\nhint: ") {
		t.Errorf("got %d and %q", status, said)
	}
}

// The configuration is tried as the service's user, with a command that only loads it; if that is
// impossible, it is not tried.
func TestUsable(t *testing.T) {
	for name, c := range map[string]struct {
		runuser string // empty: not installed
		says    string // empty: usable
	}{
		"usable":     {"*root*) exit 1 ;;", ""},
		"no runuser": {"", "install the package util-linux\n"},
		"no such user": {"*) echo 'user usagedata does not exist' >&2; exit 1 ;;",
			"as the service's user: user usagedata"},
		"unreadable": {"*\" test \"*) exit 1 ;;",
			"the service's user cannot read FILE\nchgrp usagedata FILE && chmod 0640 FILE\n"},
		"unusable": {"*schema) echo 'usagedata: FILE:1: odd' >&2; exit 2 ;;", "FILE:1: odd\ncorrect it"},
	} {
		for _, shell := range shells {
			m := configurable(t)
			text, err := filled("usable", nil)
			if err != nil {
				t.Fatal(err)
			}
			m.write(t, "configure", text)
			if c.runuser != "" {
				m.program(t, "bin/runuser", c.runuser)
			}
			status, said, asked := m.run(t, shell, "FILE")
			if tried := strings.Contains(asked, "usagedata --config FILE schema\n"); status == 0 && !tried {
				t.Errorf("%s, %s: asked\n%s", name, shell, asked)
			}
			if !strings.Contains(said, c.says) || (status == 0) != (c.says == "") || c.says == "" && said != "" {
				t.Errorf("%s, %s: got %d and %q want %q", name, shell, status, said, c.says)
			}
		}
	}
}
