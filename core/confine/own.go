package confine

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// HideMemory sees that no core dump is made of this process and that no other process of its user reads its memory.
// There are raw values of the product in it while a plugin collects, and the key of the pseudonyms: a dump would put
// them into a file that outlives a withdrawal, is sent to whoever mends crashes, or is read by another program of the
// same user. The limit on core dumps is inherited by what the process starts.
//
// A change of the user undoes a part of it, where the system lets programs with changed users be dumped: call it again
// after one. A stack trace, of a panic or of SIGQUIT, is still printed: it has no text and no content of memory.
func HideMemory() error {
	if err := bound(0, limit{unix.RLIMIT_CORE, noCore}); err != nil {
		return fmt.Errorf("bound core dumps: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("hide the memory: %w", err)
	}
	return nil
}
