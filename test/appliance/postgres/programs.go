package postgres

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// programs is the folder of the server's programs.
type programs string

// findPrograms returns the newest of the versions that Debian installs side by side.
func findPrograms() (programs, error) {
	newest, found := 0, ""
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // the pattern is valid
	for _, path := range folders {
		bin := filepath.Dir(path)
		if version, err := strconv.Atoi(filepath.Base(filepath.Dir(bin))); err == nil && version > newest {
			newest, found = version, bin
		}
	}
	if found != "" {
		return programs(found), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New("no PostgreSQL server is installed (Debian package postgresql)")
	}
	return programs(filepath.Dir(path)), nil
}

// account is the user that the server runs as; nil is the current user.
type account *syscall.Credential

func findAccount() (account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, errors.New("the server does not run as root, and there is no user postgres")
	}
	uid, err := strconv.ParseUint(postgres.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(postgres.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: false}, nil
}

// command returns a command for one of the server's programs, without our environment.
func (c *Cluster) command(name string, args ...string) *exec.Cmd {
	path := filepath.Join(string(c.programs), name)
	return &exec.Cmd{
		Path:        path,
		Args:        append([]string{path}, args...), // they look for each other in this folder
		Env:         []string{"LC_ALL=C", "TZ=UTC"},
		Dir:         c.dir,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Credential: c.account},
	}
}

// run runs a program to its end.
func (c *Cluster) run(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// write writes one of the server's files into its folder.
func (c *Cluster) write(name, text string) error {
	path := c.path(name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return c.chown(path)
}

func (c *Cluster) chown(path string) error {
	if c.account == nil {
		return nil
	}
	return os.Chown(path, int(c.account.Uid), int(c.account.Gid))
}

func (c *Cluster) path(name string) string { return filepath.Join(c.dir, name) }
