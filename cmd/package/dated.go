package main

import (
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"polycom.com/usagedata/core/usage"
)

// dated fills in a missing version and date: those of the folder's last change according to git, or
// those of a new plugin if the folder is not in a repository. If git fails, dated returns an error
// rather than another version.
func (o order) dated(folder string) (order, error) {
	var found change
	if o.Version == "" || o.Date == "" {
		var err error
		if found, err = lastChange(folder, o.Version == ""); err != nil {
			return o, usage.WithHint(fmt.Errorf("get version and date of %s from git: %w", folder, err),
				fmt.Sprintf("make `git -C %s describe --tags` work, with a tag such as v1.2.0, or give version and "+
					"date: VERSION= and DATE= of make, --version and --date of this program", folder))
		}
	}
	o.Version = cmp.Or(o.Version, found.version, "0.1.0")
	o.Date = cmp.Or(o.Date, found.date, "2026-01-01T00:00:00Z")
	return o, nil
}

// change is git's description of a folder's last change; it is empty if there is no repository, or
// no commit.
type change struct{ version, date string }

func lastChange(folder string, tagged bool) (c change, err error) {
	if in, err := inRepository(folder); err != nil || !in {
		return change{}, err
	}
	var ended *exec.ExitError
	_, err = gitOutput(folder, "rev-parse", "--verify", "--quiet", "HEAD")
	if errors.As(err, &ended) && ended.ExitCode() == 1 {
		return change{}, nil // no commit yet
	}
	if err == nil {
		c.date, err = gitOutput(folder, "log", "-1", "--format=%cI")
	}
	if err != nil || !tagged {
		return c, err
	}
	described, err := gitOutput(folder, "describe", "--tags", "--match", "v*", "--dirty", "--always")
	if version, ok := strings.CutPrefix(described, "v"); ok || err != nil {
		if c.version = version; err == nil && !versionText.MatchString(version) {
			err = fmt.Errorf("git's tag %q is not a valid version", described)
		}
		return c, err
	}
	if shallow, err := gitOutput(folder, "rev-parse", "--is-shallow-repository"); err != nil || shallow == "true" {
		return c, errors.Join(err, errors.New("it is a shallow clone, without the tag"))
	}
	return c, nil
}

// inRepository reports whether the folder, or one above it, is a working tree of git.
func inRepository(folder string) (bool, error) {
	at, err := filepath.EvalSymlinks(folder)
	if err == nil {
		at, err = filepath.Abs(at)
	}
	for ; err == nil; at = filepath.Dir(at) {
		if firstPresent(at, ".git") != "" {
			return true, nil
		}
		if at == filepath.Dir(at) {
			return false, nil
		}
	}
	return false, err
}

func gitOutput(folder string, args ...string) (string, error) {
	out, err := exec.Command("git", append([]string{"-C", folder}, args...)...).Output()
	return strings.TrimSpace(string(out)), withStderr(err)
}
