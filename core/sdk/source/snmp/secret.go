package snmp

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// secret reads a file of so many lines through one descriptor, so that what was checked is what is read.
func secret(path string, want int) ([]string, error) {
	if path == "" {
		return nil, errors.New("it is missing")
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe must not hold us up
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, errors.Unwrap(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a file")
	case info.Mode().Perm()&0o006 != 0:
		return nil, errors.New("the file can be read or changed by everyone")
	}
	text, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	return lines(string(text), want)
}

// lines are those of a text that may end with a line's end.
func lines(text string, want int) ([]string, error) {
	found := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	if len(found) != want {
		return nil, fmt.Errorf("the file must have %d lines", want)
	}
	for i := range found {
		found[i] = strings.TrimRight(found[i], "\r")
		if found[i] == "" || len(found[i]) > maxSecret {
			return nil, fmt.Errorf("a line must have 1 to %d bytes", maxSecret)
		}
	}
	return found, nil
}
