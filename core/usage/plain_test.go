package usage

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"
)

// A message names no system call. On a full disk it names the folder, not a temporary file in it.
func TestPlain(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"path", &fs.PathError{Op: "open", Path: "/etc/x", Err: syscall.ENOENT}, "/etc/x: no such file or directory"},
		{"path given twice", fmt.Errorf("/etc/x: %w", &fs.PathError{Op: "open", Path: "/etc/x", Err: syscall.EACCES}),
			"/etc/x: permission denied"},
		{"rename", &os.LinkError{Op: "rename", Old: "/a", New: "/b", Err: syscall.EXDEV},
			"/b: invalid cross-device link"},
		{"full disk", fmt.Errorf("write decision: %w", &fs.PathError{Op: "write",
			Path: "/var/lib/usagedata/.decision.json.tmp", Err: syscall.ENOSPC}),
			"write decision: disk full at /var/lib/usagedata"},
		{"quota", &fs.PathError{Op: "write", Path: "/var/lib/usagedata/key", Err: syscall.EDQUOT},
			"disk full at /var/lib/usagedata"},
		{"full device", &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC},
			"/dev/stdout: no space left on device"},
	} {
		if got := Plain(tt.err); got != tt.want {
			t.Errorf("%s: got %q want %q", tt.name, got, tt.want)
		}
	}
}
