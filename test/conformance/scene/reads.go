package scene

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/test/conformance/observe"
)

// ReadsObserved returns the scenes in which reads are observed: not those in which the plugin's use
// of time is judged, because each open that is observed takes some time.
func ReadsObserved() []Name {
	return []Name{OtherHour, Unconfigured, Missing, Empty, Garbage, Silent, Unreachable, Canaries, Cancelled,
		Interrupted, LetGo}
}

// readable decides which files the host's sandbox lets a plugin read, by the host's own list.
type readable struct{ roots []string }

func (s *Scenes) readable(w World) (readable, error) {
	host := &pluginhost.Host{Product: s.Product, Root: w.Root, Sources: w.Sources, Log: hclog.NewNullLogger()}
	paths, err := host.Readable("")
	if err != nil {
		return readable{}, fmt.Errorf("list what the plugin may read: %w", err)
	}
	var r readable
	for _, path := range paths {
		if to, err := filepath.EvalSymlinks(path); path != "" && err == nil {
			r.roots = append(r.roots, to)
		}
	}
	return r, nil
}

// allows reports whether a plugin may open the file to read. It follows links, as the sandbox does.
// It allows a file that does not exist: runtimes look for many, and learn nothing.
func (r readable) allows(act observe.Act) bool {
	path, own := act.Object, fmt.Sprintf("/proc/%d", act.PID)
	for _, self := range []string{"/proc/self", "/proc/thread-self"} {
		if rest, is := strings.CutPrefix(path, self); is && (rest == "" || rest[0] == '/') {
			path = own + rest
		}
	}
	if private(path, own) {
		return false
	}
	to, err := filepath.EvalSymlinks(path)
	if err != nil || path == "" || path == "/" { // the last may also be an empty path, which opens nothing
		return true
	}
	return ownFolder(to) || below(to, r.roots)
}

// atStart reports whether the runtimes of some languages open the file as they start, and go on
// without it in the sandbox: the home folder of the user, translations, the settings of libraries.
func (r readable) atStart(act observe.Act) bool {
	to, err := filepath.EvalSymlinks(act.Object)
	return err == nil && below(to, []string{"/etc/passwd", "/etc/group", "/usr/share", "/etc/locale.alias",
		"/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/crypto-policies"})
}

func below(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return within(path, root) })
}

func within(path, root string) bool {
	return path == root || root == "/" || strings.HasPrefix(path, root+string(os.PathSeparator))
}

// private reports whether the path leads into the memory, the environment or the files of another
// process. The kernel keeps a process in a sandbox from them although it can read /proc.
func private(path, own string) bool {
	rest, below := strings.CutPrefix(path, "/proc/")
	if !below || within(path, own) {
		return false
	}
	parts := strings.Split(rest, "/")
	if strings.Trim(parts[0], "0123456789") != "" {
		return false
	}
	if len(parts) > 3 && parts[1] == "task" {
		parts = parts[2:]
	}
	return len(parts) > 1 && slices.Contains([]string{"mem", "environ", "maps", "smaps", "smaps_rollup", "pagemap",
		"auxv", "io", "fd", "map_files", "cwd", "root", "exe", "stack", "syscall"}, parts[1])
}
