package statelayout

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/usage"
)

// A full disk and one that is mounted read-only have a hint with the folder. Other errors stay
// unchanged.
func TestHintsForTheDisk(t *testing.T) {
	f := Folders{State: "/var/lib/usagedata", Log: "/var/log/usagedata"}
	const full = "free some space; `df -h /var/lib/usagedata /var/log/usagedata` shows the space that is left"
	for cause, want := range map[error]string{
		syscall.ENOSPC: full, syscall.EDQUOT: full,
		syscall.EROFS: "the file system of /var/lib/usagedata is read-only: make it writable; " +
			"`findmnt -T /var/lib/usagedata` shows it",
		errors.New("other"): "",
	} {
		if got := usage.HintOf(f.Hinted(fmt.Errorf("write: %w", cause))); got != want {
			t.Errorf("%v: got hint %q want %q", cause, got, want)
		}
	}
}
