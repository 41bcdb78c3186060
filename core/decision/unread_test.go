package decision

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
)

// unprivilegedDisk is the [durable.Disk] of a user without permission to write in the state folder
// or to read files with one name.
type unprivilegedDisk struct {
	durable.Disk
	unread string
}

func (d unprivilegedDisk) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if filepath.Base(path) == d.unread {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES}
	}
	return d.Disk.Open(path, flags, mode)
}

// CONS-2, CONS-3, T7: if a user cannot read the decision, it is unknown to them whether a denial is
// in force. A file that can be read but is not a valid decision means no to every user.
func TestDenyWithoutReadAccess(t *testing.T) {
	for unread, want := range map[string]string{
		"decision.json":   "sending could not be denied: ",
		"decision.denied": "sending could not be denied: ",
		"damaged":         "sending is denied, but not everything could be done: ",
	} {
		a := newAppliance(t)
		a.decide(t, consent.Allowed)
		if path := filepath.Join(a.folders.State, "decision.json"); unread == "damaged" && os.Truncate(path, 5) != nil {
			t.Fatal("the decision was not damaged")
		}
		looks := a.folders
		looks.Disk = unprivilegedDisk{durable.ReadOnly(durable.OS{}), unread}
		records, _ := looks.OpenRecords(300_000) // returns an error that nothing can be created
		if err := Decide(decided(consent.Denied), records); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", unread, err, want)
		}
	}
}
