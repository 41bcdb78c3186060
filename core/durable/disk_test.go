package durable

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// noting is a disk that records, in order, the changes of names and the fsyncs.
type noting struct {
	OS
	top  string
	done *[]string
}

type noted struct {
	File
	disk noting
	path string
}

func (d noting) note(what, path string) {
	short, err := filepath.Rel(d.top, path)
	if err != nil {
		short = path
	}
	*d.done = append(*d.done, what+" "+short)
}

func (d noting) Open(path string, flags int, mode fs.FileMode) (File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return noted{f, d, path}, err
}

func (d noting) Rename(from, to string) error {
	d.note("rename to", to)
	return d.OS.Rename(from, to)
}

func (d noting) Remove(path string) error {
	d.note("remove", path)
	return d.OS.Remove(path)
}

func (f noted) Sync() error {
	f.disk.note("sync", f.path)
	return f.File.Sync()
}

// A file is fsynced before it gets its name, and each change of a name is followed by an fsync of
// its directory, unless the change may be undone. Otherwise a power failure leaves an empty file or
// restores a removed one. If a new folder has new parents, their names must be fsynced too.
func TestChangesAreDurable(t *testing.T) {
	top := t.TempDir()
	file, below, log := filepath.Join(top, "file"), filepath.Join(top, "a", "b", "file"), filepath.Join(top, "log")
	none := filepath.Join(top, "a", "b", "none")
	for _, tt := range []struct {
		name   string
		change func(Disk) error
		want   []string
	}{
		{"make folders", func(d Disk) error { return MakeFolder(d, filepath.Dir(below), 0o750) },
			[]string{"sync .", "sync a"}},
		{"write", func(d Disk) error { return WriteFile(d, file, []byte("x"), 0o600) },
			[]string{"sync .file.tmp", "rename to file", "sync ."}},
		{"replace, which may be undone", func(d Disk) error { return Replace(d, file, []byte("x"), 0o600) },
			[]string{"sync .file.tmp", "rename to file"}},
		{"move", func(d Disk) error { return Move(d, file, below) },
			[]string{"rename to a/b/file", "sync a/b", "sync ."}},
		{"remove, and one that is missing", func(d Disk) error { return Remove(d, none, below) },
			[]string{"remove a/b/none", "remove a/b/file", "sync a/b"}},
		{"begin a file of lines", func(d Disk) error { return Append(d, log, []byte("x"), 0o600) },
			[]string{"sync log", "sync ."}},
		{"append", func(d Disk) error { return Append(d, log, []byte("y"), 0o600) }, []string{"sync log"}},
	} {
		var done []string
		if err := tt.change(noting{top: top, done: &done}); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, done); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
