package sysinfo

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// field is one of a category that is read of one file or folder.
type field struct {
	name      string
	known     bool
	path      string
	otherwise sdk.Reason // why it is not known if the file can be read
}

// note adds what is not known to what is lacking.
func (m machine) note(lacking *sdk.Lacking, fields ...field) {
	for _, f := range fields {
		if !f.known {
			lacking.Add(sdk.NotAvailable(m.why(f.path, f.otherwise)), f.name)
		}
	}
}

// names lists the fields of a category.
func names(category reflect.Type) (all []string) {
	for _, part := range reflect.VisibleFields(category) {
		all = append(all, part.Tag.Get("usage"))
	}
	return all
}

// why says why nothing is known of a file. One that is not there is one of another kernel or
// machine, but for those that a mount of /proc leaves out (subset=pid).
func (m machine) why(path string, otherwise sdk.Reason) sdk.Reason {
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

// onlyProcesses reports whether /proc is mounted with the processes alone: every kernel has a /proc/stat.
func (m machine) onlyProcesses() bool { return m.exists("proc/self/stat") && !m.exists("proc/stat") }
