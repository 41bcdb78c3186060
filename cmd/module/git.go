package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	modzip "golang.org/x/mod/zip"
)

// files returns the files of the last commit, with the line ends that they have there. The go
// command uses `git archive` in the same way, so it finds the same files in a clone.
func (r release) files() ([]modzip.File, error) {
	packed, err := r.git("-c", "core.autocrlf=input", "-c", "core.eol=lf", "archive", "--format=zip", "HEAD")
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, err
	}
	var files []modzip.File
	for _, f := range archive.File {
		if !f.FileInfo().IsDir() {
			files = append(files, committed{f})
		}
	}
	return files, nil
}

// committed is a file of a commit.
type committed struct{ *zip.File }

func (c committed) Path() string                 { return c.Name }
func (c committed) Lstat() (fs.FileInfo, error)  { return c.FileInfo(), nil }
func (c committed) Open() (io.ReadCloser, error) { return c.File.Open() }

// git runs git in the repository and returns its output.
func (r release) git(args ...string) (string, error) {
	c := exec.Command("git", args...)
	c.Dir, c.Env = r.Repository, append(os.Environ(), "TZ=UTC")
	var problems bytes.Buffer
	c.Stderr = &problems
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("git: %w: %s", err, bytes.TrimSpace(problems.Bytes()))
	}
	return string(out), nil
}
