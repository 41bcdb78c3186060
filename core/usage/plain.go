package usage

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Plain returns the message of err without the names of system calls with which Go's own errors
// begin, so that it says what we did, to what, and why it failed.
func Plain(err error) string {
	text := err.Error()
	for _, inner := range chain(err) {
		// this error alone: errors.As would also find the errors that it wraps, which follow in the
		// chain
		switch e := any(inner).(type) {
		case *fs.PathError:
			text = strings.ReplaceAll(text, e.Error(), failedAt(e))
			text = strings.ReplaceAll(text, e.Path+": "+e.Path+": ", e.Path+": ")
		case *os.LinkError:
			text = strings.ReplaceAll(text, e.Error(), fmt.Sprintf("%s: %v", e.New, e.Err))
		case *net.OpError:
			text = strings.ReplaceAll(text, e.Error(), e.Err.Error())
		case *os.SyscallError:
			text = strings.ReplaceAll(text, e.Error(), e.Err.Error())
		}
	}
	return text
}

// Number puts a number before a noun, in the singular or with an s.
func Number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// PlainLine returns the message of err as [Plain] does, in one line.
func PlainLine(err error) string { return strings.ReplaceAll(Plain(err), "\n", "; ") }

// failedAt describes a failure of the file system. On a full disk the file does not matter, and may
// be a temporary one that no longer exists; a device such as /dev/stdout is on no disk.
func failedAt(e *fs.PathError) string {
	full := errors.Is(e.Err, syscall.ENOSPC) || errors.Is(e.Err, syscall.EDQUOT)
	if folder := filepath.Dir(e.Path); full && folder != "/dev" {
		return "disk full at " + folder
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

// Cause returns the error without the path in it. A path can be the customer's choice, and name the
// customer.
func Cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// chain returns err and all errors that it wraps, outermost first.
func chain(err error) []error {
	all := []error{err}
	switch e := any(err).(type) {
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			all = append(all, chain(inner)...)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			all = append(all, chain(inner)...)
		}
	}
	return all
}
