// Package sysinfo reads the categories about the operating system below a product:
// hardware_configuration, system_resource_usage, and signs of trouble, such as kernel states,
// zombies, core files and ports without a listener. It reads /proc and /sys without a library.
// gopsutil reads only a part of this, returns values of the running machine if a file is missing
// below the plugin's root, and brings the libraries of other operating systems into the go.mod of
// every plugin.
//
// Everything is read below the plugin's root, with one exception: the kernel reports how full a
// disk is only for a mounted path, not in a file. If the root is not "/", the result is that of the
// file system that holds the path on this machine.
//
// A value that cannot be read stays nil and is not sent. Free text of a manufacturer is never sent:
// vendors, models and processors are mapped to the closed lists in this package, which a profile
// repeats.
package sysinfo

import (
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/usage"
)

// other is reported for a value that is not in a closed list.
const other = "other"

// machine reads the system below a root.
type machine struct{ env sdk.Env }

// nonEmpty returns the struct that was read. If the struct is empty, it returns the reason: the
// kernel's files are missing or malformed.
func nonEmpty[T any](m machine, read T) (T, error) {
	if !reflect.ValueOf(read).IsZero() {
		return read, nil
	}
	if m.onlyProcesses() {
		return read, fmt.Errorf("read the operating system: %w", sdk.NotAvailable(sdk.NotPermitted))
	}
	if _, err := fs.Stat(m.env.Root, "proc/stat"); err != nil {
		return read, fmt.Errorf("read the operating system: %w", usage.Cause(err))
	}
	return read, fmt.Errorf("read the operating system: %w", sdk.NotAvailable(sdk.Malformed))
}

// maxWord is the limit for a file with a single value. The kernel's own files are shorter.
const maxWord = 256

// word reads a file with a single value. It returns an empty string if the file cannot be read.
func (m machine) word(path string) string {
	word, err := m.readWord(path)
	if err != nil {
		return ""
	}
	return word
}

// readWord reads a file with a single value. It refuses a longer file, because a truncated number
// is a different number. Texts of a device tree end with a zero byte.
func (m machine) readWord(path string) (string, error) {
	text, err := m.read(path, maxWord+1)
	if err != nil {
		return "", err
	}
	if len(text) > maxWord {
		return "", sdk.NotAvailable(sdk.Malformed)
	}
	return strings.TrimSpace(strings.TrimRight(string(text), "\x00")), nil
}

// entries returns the names in a directory, or nil if it cannot be read.
func (m machine) entries(path string) []string {
	listed, err := fs.ReadDir(m.env.Root, path)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(listed))
	for _, entry := range listed {
		names = append(names, entry.Name())
	}
	return names
}

func (m machine) exists(path string) bool {
	_, err := fs.Stat(m.env.Root, path)
	return err == nil
}

// known returns a pointer to n, or nil if n is not ok or is negative.
func known[N int | int64 | uint64](n N, ok bool) *int64 {
	whole := int64(n)
	if !ok || whole < 0 {
		return nil
	}
	return &whole
}

// positive is like [known] but also returns nil for zero.
func positive[N int | int64 | uint64](n N, ok bool) *int64 { return known(n, ok && n > 0) }
