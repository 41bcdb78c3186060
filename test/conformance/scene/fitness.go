package scene

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/observe"
)

// leastFiles is the number of files that this program must be able to open: for several plugins at
// the same time, and for one that opens more than a host allows.
const leastFiles = 512

// observable reports once whether this machine lets the suite observe a program.
var observable = sync.OnceValue(observe.Probe)

// Fit returns an error if any plugin would fail on this machine, or could not be observed.
func Fit() error {
	var files unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err == nil && files.Max < leastFiles {
		return usage.WithHint(fmt.Errorf("this program may open only %d files and needs %d", files.Max, leastFiles),
			"raise the limit: ulimit -Hn")
	}
	if err := roomForPlugin(); err != nil {
		return usage.WithHint(err, "TMPDIR names another folder")
	}
	if err := observable(); err != nil {
		return usage.WithHint(err, "the machine or the container must permit seccomp and ptrace; see "+
			"test/conformance/README.md")
	}
	return nil
}

var errClock = errors.New("the clock of this machine was changed during the run")

var errBusy = errors.New("this machine is too busy: the plugin waited for a processor until its time was over")

// enough is the processor time that no plugin needs for one call: twice of what a collect should use.
const enough = 2 * time.Second

// starved reports whether a plugin that exceeded a time limit could not run for most of it. If it
// computed longer than any plugin needs, or wanted no processor, it exceeded the limit by itself.
func starved(ran, waited, limit time.Duration) bool {
	return waited > limit/2 && ran < min(enough, limit/2)
}

// mostDrift is the largest difference between two clocks that is not a change of one of them.
const mostDrift = 2 * time.Second

// clockChanged reports whether the wall clock was changed between two moments: it advanced by more
// or less than the monotonic clock. Times in the plugin's answers then differ without its doing.
func clockChanged(began, now time.Time) bool {
	return drifted(now.Round(0).Sub(began.Round(0)), now.Sub(began))
}

func drifted(wall, monotonic time.Duration) bool { return (wall - monotonic).Abs() > mostDrift }

// room is the size of the file that must fit into the folder for temporary files, in bytes.
const room = 1 << 20

// roomForPlugin returns an error if a plugin could not keep its socket and its files: the folder for
// temporary files is full, missing or read-only.
func roomForPlugin() error {
	probe, err := os.MkdirTemp("", "ud")
	if err != nil {
		return fmt.Errorf("no file can be created in the folder for temporary files: %w", err)
	}
	defer os.RemoveAll(probe)
	if err := os.WriteFile(filepath.Join(probe, "file"), make([]byte, room), 0o600); err != nil {
		return fmt.Errorf("the folder for temporary files has no room: %w", err)
	}
	listener, err := net.Listen("unix", filepath.Join(probe, "s"))
	if err != nil {
		return fmt.Errorf("no socket can be created in the folder for temporary files: %w", err)
	}
	return listener.Close()
}
