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

// folderPrefix is followed by the host's process number in the name of a plugin's private folder.
const folderPrefix = "plugin-"

// maxRunPath bounds the run folder's path: a socket's path must fit into 108 bytes, and go-plugin
// adds up to 60.
const maxRunPath = 48

// privateFolder is the private folder for one start of a plugin; only this user can enter it.
type privateFolder struct{ path string }

// newPrivateFolder makes the folder in run and removes the folders that hosts which no longer run
// have left there.
func newPrivateFolder(run string) (*privateFolder, error) {
	if len(run) > maxRunPath {
		return nil, fmt.Errorf("the path of the run folder has %d bytes, but a socket in it allows at most %d",
			len(run), maxRunPath)
	}
	if err := os.MkdirAll(run, 0o750); err != nil {
		return nil, fmt.Errorf("make run folder: %w", err)
	}
	removeStaleFolders(run)
	path, err := os.MkdirTemp(run, fmt.Sprintf("%s%d-", folderPrefix, os.Getpid()))
	if err != nil {
		return nil, fmt.Errorf("make plugin folder: %w", err)
	}
	return &privateFolder{path: path}, nil
}

func (f *privateFolder) remove() { _ = os.RemoveAll(f.path) }

// removeStaleFolders removes the folders of hosts that no longer run. It leaves the folders of live
// hosts alone, because `preview` may run at the same time as the service.
func removeStaleFolders(run string) {
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
