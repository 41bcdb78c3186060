package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

//go:embed waived.txt
var waivedText string

//go:embed rpmlint.toml
var rpmlintConfig string

// waived returns the accepted remarks, with their reasons: a line each, "PROGRAM TAG: reason".
func waived(program string) (tags []string) {
	for line := range strings.Lines(waivedText) {
		if name, rest, ok := strings.Cut(line, " "); ok && name == program {
			tag, _, _ := strings.Cut(rest, ":")
			tags = append(tags, tag)
		}
	}
	return tags
}

// remark matches an error or a warning of lintian and of rpmlint.
var remark = map[string]*regexp.Regexp{
	"lintian": regexp.MustCompile(`(?m)^[EW]: [^ ]+: ([^ \n]+)`),
	"rpmlint": regexp.MustCompile(`(?m)^[^ ]+: [EW]: ([^ \n]+)`),
}

// judged returns an error for each remark that is not waived, and for each waiver that is not
// needed.
func judged(program, output string) error {
	var problems []error
	allowed := waived(program)
	var seen []string
	for _, found := range remark[program].FindAllStringSubmatch(output, -1) {
		if seen = append(seen, found[1]); !slices.Contains(allowed, found[1]) {
			problems = append(problems, fmt.Errorf("%s says %s", program, found[0]))
		}
	}
	for _, tag := range allowed {
		if !slices.Contains(seen, tag) {
			problems = append(problems, fmt.Errorf("waived.txt: %s does not report %s", program, tag))
		}
	}
	return errors.Join(problems...)
}

func (s *site) lint() error {
	dir, err := s.shown()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	debs, err := found(dir, "*_amd64.deb", 1)
	if err != nil {
		return err
	}
	return s.judge("lintian", append([]string{"--no-cfg", "--fail-on", "none"}, debs...)...)
}

func (s *site) lintRPM() error {
	dir, err := s.shown()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rpms, err := found(dir, "*.x86_64.rpm", 1)
	if err != nil {
		return err
	}
	config := filepath.Join(dir, "rpmlint.toml")
	if err := os.WriteFile(config, []byte(rpmlintConfig), 0o644); err != nil {
		return err
	}
	return s.judge("rpmlint", append([]string{"--config", config}, rpms...)...)
}

// judge runs a program as an ordinary user. Its exit status does not count; the waivers do.
func (s *site) judge(program string, args ...string) error {
	c := exec.Command(program, args...)
	c.Dir, c.Env = "/", []string{"PATH=/usr/bin:/bin", "HOME=/nonexistent", "LC_ALL=C.UTF-8"}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := c.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return err
	}
	if problems := judged(program, string(out)); problems != nil {
		return fmt.Errorf("%w\n%s", problems, out)
	}
	return nil
}

// shown returns a folder with the new packages that an ordinary user can read.
func (s *site) shown() (string, error) {
	dir, err := os.MkdirTemp("", "usagedata-lint-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return dir, err
	}
	return dir, os.CopyFS(dir, os.DirFS(s.now))
}
