package confine

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// HideMemory prevents core dumps of this process, and prevents the other processes of its user from
// reading its memory. While a plugin collects, this memory holds raw values of the product and the
// key of the pseudonyms. A dump would put them into a file that outlives a withdrawal, is sent to
// the people who analyze crashes, or is read by another program of the same user. Child processes
// inherit the limit on core dumps.
//
// A change of the user undoes a part of this, if the system lets programs with changed users be
// dumped: call it again after one. A stack trace, of a panic or of SIGQUIT, is still printed. It
// holds no text and no content of memory.
func HideMemory() error {
	if err := lowerLimit(0, limit{unix.RLIMIT_CORE, noCore}); err != nil {
		return fmt.Errorf("limit core dumps: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("hide the memory: %w", err)
	}
	return nil
}
