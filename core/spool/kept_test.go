package spool

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/durable"
)

// VIEW-1: documents that were set aside are listed and read as they were put. Whatever else is in
// their folders costs only itself.
func TestKept(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 1000)
	for n := range 3 {
		put(t, s, n, "a document")
	}
	outside := filepath.Join(t.TempDir(), "secret")
	rejected := func(name string) string { return filepath.Join(dir, rejectedFolder, name) }
	if err := errors.Join(s.Reject(id(0)), s.Reject(id(1)),
		os.WriteFile(filepath.Join(dir, id(2)+suffix), []byte("torn"), 0o640),
		os.WriteFile(outside, encode("acme-link", hour(9), []byte("secret")), 0o600),
		os.Symlink(outside, rejected("acme-link.doc")),
		syscall.Mkfifo(rejected("acme-pipe.doc"), 0o600),
		os.WriteFile(rejected("acme-long.doc"), []byte(strings.Repeat("x", 1000+maxHeader+1)), 0o640),
		os.Mkdir(rejected("acme-folder.doc"), 0o750),
		os.WriteFile(rejected("..doc"), nil, 0o640),
		os.WriteFile(rejected("acme-1.doc.tmp"), nil, 0o640)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(id(2)); !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
	want := []Kept{{Entry{id(1), hour(1), 10}, false}, {Entry{id(0), hour(0), 10}, false},
		{Entry{ID: id(2), Size: 4}, true}}
	for name, s := range map[string]*Spool{"open": s, "looked at": Look(durable.OS{}, dir, 1000)} {
		got, err := s.Kept()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
		if text, err := s.ReadKept(id(1)); string(text) != "a document" || err != nil {
			t.Errorf("%s: rejected: got %q, %v", name, text, err)
		}
		if text, err := s.ReadKept(id(2)); string(text) != "torn" || !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: damaged: got %q, %v", name, text, err)
		}
		for _, other := range []string{"acme-link", "acme-pipe", "acme-long", "acme-folder", ".", "../spool", "",
			id(5)} {
			if text, err := s.ReadKept(other); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %q: got %q, %v", name, other, text, err)
			}
		}
	}
}

// VIEW-1, VIEW-3: a file of another user is not shown, nor anything behind a link in the place of
// the folder.
func TestKeptOfAnotherUserIsNotShown(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 1000)
	put(t, s, 0, "a document")
	if err := s.Reject(id(0)); err != nil {
		t.Fatal(err)
	}
	disk := otherOwner{durable.OS{}, id(0) + suffix}
	if got, err := Look(disk, dir, 1000).Kept(); err != nil || len(got) != 0 {
		t.Errorf("another user's file: got %v, %v", got, err)
	}
	elsewhere := filepath.Join(t.TempDir(), rejectedFolder)
	if err := errors.Join(os.Rename(filepath.Join(dir, rejectedFolder), elsewhere),
		os.Symlink(elsewhere, filepath.Join(dir, rejectedFolder))); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Kept(); err != nil || len(got) != 0 {
		t.Errorf("link: got %v, %v", got, err)
	}
}

// otherOwner is a disk on which a file belongs to another user.
type otherOwner struct {
	durable.OS
	name string
}

func (d otherOwner) Lstat(path string) (fs.FileInfo, error) {
	info, err := d.OS.Lstat(path)
	if err == nil && info.Name() == d.name {
		stat := *info.Sys().(*syscall.Stat_t)
		stat.Uid++
		info = otherInfo{info, &stat}
	}
	return info, err
}

type otherInfo struct {
	fs.FileInfo
	stat *syscall.Stat_t
}

func (i otherInfo) Sys() any { return i.stat }
