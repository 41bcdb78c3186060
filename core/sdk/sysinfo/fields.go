package sysinfo

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// field is a field of a category that is read from a single file or directory.
type field struct {
	name      string
	known     bool
	path      string
	otherwise sdk.Reason // the reason for a missing value if the file can be read
}

// addMissing adds the fields that are not known to missing.
func (m machine) addMissing(missing *sdk.Missing, fields ...field) {
	for _, f := range fields {
		if !f.known {
			missing.Add(sdk.NotAvailable(m.reasonFor(f.path, f.otherwise)), f.name)
		}
	}
}

// names returns the names of a category's fields.
func names(category reflect.Type) (all []string) {
	for _, part := range reflect.VisibleFields(category) {
		all = append(all, part.Tag.Get("usage"))
	}
	return all
}

// reasonFor returns the reason for a value that is missing from a file. If the file does not exist,
// another kernel or machine has it ([sdk.NotOnMachine]), unless /proc is mounted with subset=pid,
// which hides the file.
func (m machine) reasonFor(path string, otherwise sdk.Reason) sdk.Reason {
	f, err := m.env.Root.Open(path)
	switch {
	case err == nil:
		f.Close()
		return otherwise
	case errors.Is(err, fs.ErrPermission):
		return sdk.NotPermitted
	case errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(path, "proc/") && m.onlyProcesses():
		return sdk.NotPermitted
	}
	return sdk.NotOnMachine
}

// onlyProcesses reports whether /proc shows nothing but the processes. Every kernel has a
// /proc/stat.
func (m machine) onlyProcesses() bool { return m.exists("proc/self/stat") && !m.exists("proc/stat") }
