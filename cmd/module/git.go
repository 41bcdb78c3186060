package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// git runs git in the repository and returns its output, without the last line feed.
func (r release) git(args ...string) (string, error) {
	c := exec.Command("git", args...)
	c.Dir, c.Env = r.Repository, append(os.Environ(), "TZ=UTC")
	var problems bytes.Buffer
	c.Stderr = &problems
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(problems.Bytes()))
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}
