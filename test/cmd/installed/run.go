package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// host runs a program of this machine.
func (s *site) host(args ...string) (string, error) {
	c := exec.Command(args[0], args[1:]...)
	out, err := c.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// enter mounts /proc and /sys for one command line only: the mounts end with it.
const enter = `mount --bind /proc "$0/proc" && mount --rbind /sys "$0/sys" && exec chroot "$0" /bin/sh -c "$1"`

// inside runs a command line in the root, as its root user, in a local time zone in which it is
// twenty past the hour, so that the window is open.
func (s *site) inside(line string) (string, error) {
	c := exec.Command("unshare", "--mount", "/bin/sh", "-c", enter, s.root, "umask 022; "+line)
	c.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"DEBIAN_FRONTEND=noninteractive",
		"HOME=/root", "TZ=/etc/usagedata-test-zone"}
	out, err := c.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s: %w\n%s", line, err, out)
	}
	return string(out), nil
}

// mustSay runs a command line in the root and checks that its output has these pieces.
func (s *site) mustSay(line string, pieces ...string) error {
	out, err := s.inside(line)
	if err != nil {
		return err
	}
	return says(line, out, pieces...)
}

func says(name, out string, pieces ...string) error {
	for _, piece := range pieces {
		if !strings.Contains(out, piece) {
			return fmt.Errorf("%s: got\n%s\nwant %q in it", name, out, piece)
		}
	}
	return nil
}

// mustFail runs a command line that has to fail, and checks that its output has these pieces.
func (s *site) mustFail(line string, pieces ...string) error {
	out, err := s.inside(line)
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return fmt.Errorf("%s: got no failure, but\n%s", line, out)
	}
	return says(line, out, pieces...)
}

// bring copies files of this machine to the root's /packages.
func (s *site) bring(from string, names ...string) error {
	to := filepath.Join(s.root, "packages")
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		file, err := only(from, name)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) write(path, text string) error {
	at := filepath.Join(s.root, path)
	return errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(text), 0o644))
}

func (s *site) read(path string) (string, error) {
	text, err := os.ReadFile(filepath.Join(s.root, path))
	return string(text), err
}

// tree lists the root's files, except those that package managers and the system keep for
// themselves.
func (s *site) tree() (map[string]bool, error) {
	found := map[string]bool{}
	err := filepath.WalkDir(s.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(path, s.root)
		for _, own := range []string{"/var/lib/dpkg", "/var/lib/rpm", "/usr/lib/sysimage", "/var/log/dpkg.log",
			"/packages",
			"/proc", "/sys", "/var/cache", "/root", "/etc/usagedata-test-zone", "/etc/hosts"} {
			if strings.HasPrefix(name, own) {
				return nil
			}
		}
		// Adding and removing a user leaves a copy of the former list.
		if !strings.HasSuffix(name, "-") {
			found[name] = true
		}
		return nil
	})
	return found, err
}

// left returns the names that are in one tree and not in the other.
func left(after, before map[string]bool) (names []string) {
	for name := range after {
		if !before[name] {
			names = append(names, name)
		}
	}
	return names
}
