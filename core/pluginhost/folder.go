package pluginhost

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// folderPrefix stands before the host's process number in the name of a plugin's private folder.
const folderPrefix = "plugin-"

// A socket's path must fit into 108 bytes; go-plugin adds up to 60 to the run folder.
const maxRunPath = 48

// folder is the private folder of one plugin's start; only this user can enter it.
type folder struct{ path string }

// newFolder makes the folder below run and removes what hosts that are gone have left there.
func newFolder(run string) (*folder, error) {
	if len(run) > maxRunPath {
		return nil, fmt.Errorf("the run folder's path has %d bytes: with more than %d no socket fits below it",
			len(run), maxRunPath)
	}
	if err := os.MkdirAll(run, 0o750); err != nil {
		return nil, fmt.Errorf("make run folder: %w", err)
	}
	sweep(run)
	path, err := os.MkdirTemp(run, fmt.Sprintf("%s%d-", folderPrefix, os.Getpid()))
	if err != nil {
		return nil, fmt.Errorf("make plugin folder: %w", err)
	}
	return &folder{path: path}, nil
}

func (f *folder) remove() { _ = os.RemoveAll(f.path) }

// sweep removes the folders of hosts that are gone. A folder of a host that lives is left alone: `preview` may run
// beside the service.
func sweep(run string) {
	entries, err := os.ReadDir(run)
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), folderPrefix)
		if !ok || !e.IsDir() {
			continue
		}
		number, _, _ := strings.Cut(rest, "-")
		pid, err := strconv.Atoi(number)
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(filepath.Join(run, e.Name()))
		}
	}
}
