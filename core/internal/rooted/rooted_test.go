package rooted

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"polycom.com/usagedata/core/usage"
)

// The property test compares three lookups: a model in memory, the kernel, and the fallback in Go
// if the kernel refuses.

// node is a file, a folder or a link of the model, which does not know paths.
type node struct {
	name   string
	up     *node
	in     map[string]*node // nil if it is not a folder
	target string           // of a link
}

func (n *node) path() string {
	if n.up == n {
		return "/"
	}
	return filepath.Join(n.up.path(), n.name)
}

// find resolves a name from a folder. Only paths that stay within the root count.
func (n *node) find(name string, root *node, links *int) (*node, error) {
	at := n
	if strings.HasPrefix(name, "/") {
		at = root
	}
	for part := range strings.SplitSeq(name, "/") {
		if at.in == nil {
			return nil, unix.ENOTDIR
		}
		switch part {
		case "", ".":
			continue
		case "..":
			at = at.up
			continue
		}
		next := at.in[part]
		if next == nil {
			return nil, unix.ENOENT
		}
		if next.target != "" {
			if *links++; *links > maxLinks {
				return nil, unix.ELOOP
			}
			var err error
			if next, err = at.find(next.target, root, links); err != nil {
				return nil, err
			}
		}
		at = next
	}
	return at, nil
}

// bait is the name of a file next to the root: a path that escapes the root would find it.
const bait = "bait"

// grow creates a tree in a folder and returns its model.
func grow(t *rapid.T, folder string) *node {
	root := &node{in: map[string]*node{}}
	root.up = root
	folders := []*node{root}
	word := rapid.SampledFrom([]string{"a", "b", "c", bait})
	target := rapid.Custom(func(t *rapid.T) string {
		part := rapid.SampledFrom([]string{"a", "b", "c", bait, ".", "..", ".."})
		text := strings.Join(rapid.SliceOfN(part, 1, 5).Draw(t, "parts"), "/")
		return rapid.SampledFrom([]string{"", "/", "/../", folder + "/"}).Draw(t, "from") + text +
			rapid.SampledFrom([]string{"", "", "/"}).Draw(t, "slash")
	})
	for range rapid.IntRange(1, 14).Draw(t, "entries") {
		up := rapid.SampledFrom(folders).Draw(t, "in")
		made := &node{name: word.Draw(t, "name"), up: up}
		if up.in[made.name] != nil {
			continue
		}
		up.in[made.name] = made
		at := filepath.Join(folder, made.path())
		var err error
		switch rapid.SampledFrom([]string{"file", "folder", "folder", "link", "link", "link"}).Draw(t, "sort") {
		case "file":
			err = os.WriteFile(at, []byte(made.path()), 0o600)
		case "folder":
			made.in = map[string]*node{}
			folders = append(folders, made)
			err = os.Mkdir(at, 0o700)
		case "link":
			made.target = target.Draw(t, "target")
			err = os.Symlink(made.target, at)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// A link leads to the same file as on the appliance and never outside the root.
func TestLinksAreResolvedAsOnTheAppliance(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, bait), []byte("outside"), 0o600); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		folder := filepath.Join(dir, "root")
		if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil {
			t.Fatal(err)
		}
		root, f := grow(t, folder), At(folder)
		for range 10 {
			part := rapid.SampledFrom([]string{"a", "b", "c", bait})
			name := strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "way"), "/")
			links := 0
			want, wrong := root.find(name, root, &links)
			for way, open := range map[string]func(string, int) (*os.File, error){
				"fs": f.resolved, "kernel": f.openat2, "hand": f.openByWalk,
			} {
				if diff := differs(want, wrong, open, name); diff != "" && !refused(way, open) {
					t.Errorf("%s, %s: %s", way, name, diff)
				}
			}
			if got := f.Path(name); wrong == nil && got != filepath.Join(folder, want.path()) {
				t.Errorf("path of %s: got %s, want %s", name, got, want.path())
			} else if wrong != nil && !strings.HasPrefix(got, folder+"/") && !strings.HasPrefix(got, Nowhere+"/") {
				t.Errorf("path of %s, which is not there: got %s, want one below the root, or nowhere", name, got)
			} else if _, err := os.Stat(got); wrong != nil && err == nil {
				t.Errorf("path of %s, which is not there: %s leads somewhere", name, got)
			}
		}
	})
}

// refused reports whether this kernel has no openat2, so that the fallback is always used.
func refused(way string, open func(string, int) (*os.File, error)) bool {
	_, err := open(".", unix.O_PATH)
	return way == "kernel" && errors.Is(err, unix.ENOSYS)
}

func differs(want *node, wrong error, open func(string, int) (*os.File, error), name string) string {
	file, err := open(name, unix.O_RDONLY)
	if err != nil {
		if errno := usage.Cause(err); wrong == nil || !errors.Is(errno, wrong) {
			return "got " + errno.Error() + ", want another result"
		}
		return ""
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || wrong != nil || info.IsDir() != (want.in != nil) {
		return "got a file or a folder, want another result"
	}
	if text, _ := io.ReadAll(file); !info.IsDir() && string(text) != want.path() {
		return "got the file " + string(text) + ", want " + want.path()
	}
	return ""
}

// The file system passes the checks of the standard library.
func TestTheStandardLibrarysChecks(t *testing.T) {
	dir := t.TempDir()
	root := filepath.Join(dir, "root")
	if err := errors.Join(
		os.MkdirAll(filepath.Join(root, "usr/share/zoneinfo"), 0o700),
		os.WriteFile(filepath.Join(root, "usr/share/zoneinfo/UTC"), []byte("utc"), 0o600),
		os.WriteFile(filepath.Join(dir, bait), nil, 0o600),
		os.Symlink("/usr/share", filepath.Join(root, "share")),
		os.Symlink("/share/zoneinfo/UTC", filepath.Join(root, "localtime")),
	); err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(At(root), "usr/share/zoneinfo/UTC", "share", "localtime"); err != nil {
		t.Error(err)
	}
	if err := errors.Join(
		os.Symlink("/localtime/", filepath.Join(root, "no folder")),
		os.Symlink("loop", filepath.Join(root, "loop")),
		os.Symlink("../"+bait, filepath.Join(root, "out")),
	); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		want error
	}{
		{"no folder", unix.ENOTDIR}, {"loop", unix.ELOOP}, {"out", fs.ErrNotExist}, {"localtime", nil}, {"share", nil},
		{"../bait", fs.ErrInvalid}, {"/localtime", fs.ErrInvalid}, {"", fs.ErrInvalid},
	} {
		_, err := fs.Stat(At(root), tt.name)
		_, opened := At(root).Open(tt.name)
		if !errors.Is(err, tt.want) || !errors.Is(opened, tt.want) {
			t.Errorf("%s: got %v and %v, want %v", tt.name, err, opened, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), dir) {
			t.Errorf("got %v, want no path but the appliance's", err)
		}
	}
	if got, want := At(root).Path("share/zoneinfo/new"), filepath.Join(root, "usr/share/zoneinfo/new"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// The entries of a folder reached through a link are read in the folder itself.
	entries, err := fs.ReadDir(At(root), "share/zoneinfo")
	if err != nil || len(entries) != 1 {
		t.Fatalf("got %v, %v, want an entry", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Size() != 3 {
		t.Errorf("got %v, %v, want its size", info, err)
	}
}

// Below "/" everything is as on this machine, including the links that only the kernel can follow.
func TestBelowTheRootOfTheMachine(t *testing.T) {
	f := At("/")
	want, err := os.Stat("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Stat("proc/self/exe"); err != nil || !os.SameFile(got, want) {
		t.Errorf("got %v, %v, want this program", got, err)
	}
	if got := f.Path("../proc/self/exe"); got != "/proc/self/exe" {
		t.Errorf("got %s, want the path as it is", got)
	}
	if text, err := fs.ReadFile(f, "proc/mounts"); err != nil || len(text) == 0 {
		t.Errorf("got %q, %v, want the mounts", text, err)
	}
}

// SEND-5: if a pipe takes the place of a file and has no writer, the read does not block.
func TestAPipeIsNotWaitedFor(t *testing.T) {
	root := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		FS
		name string
	}{{At(root), "pipe"}, {At("/"), filepath.Join(root, "pipe")[1:]}} {
		file, err := f.Open(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := file.Stat(); err != nil || info.Mode().IsRegular() {
			t.Errorf("got %v, %v, want no regular file", info, err)
		}
		file.Close()
	}
}

// A root that does not exist has no files.
func TestNoRoot(t *testing.T) {
	f := At(filepath.Join(t.TempDir(), "absent"))
	if _, err := f.Open("etc/hostname"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want %v", err, fs.ErrNotExist)
	}
	if got := f.Path("etc/hostname"); !strings.HasSuffix(got, "/absent/etc/hostname") {
		t.Errorf("got %s, want where it would be", got)
	}
}

// A chain of links may be as long as the kernel allows.
func TestALongChainOfLinks(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "0"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range maxLinks + 1 {
		if err := os.Symlink(strconv.Itoa(i), filepath.Join(root, strconv.Itoa(i+1))); err != nil {
			t.Fatal(err)
		}
	}
	for way, open := range map[string]func(string, int) (*os.File, error){
		"fs": At(root).resolved, "hand": At(root).openByWalk,
	} {
		if _, err := open(strconv.Itoa(maxLinks), unix.O_PATH); err != nil {
			t.Errorf("%s: %d links: got %v", way, maxLinks, err)
		}
		if _, err := open(strconv.Itoa(maxLinks+1), unix.O_PATH); !errors.Is(err, unix.ELOOP) {
			t.Errorf("%s: %d links: got %v, want %v", way, maxLinks+1, err, unix.ELOOP)
		}
	}
}
