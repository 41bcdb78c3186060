package simulate

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
)

// inPlace is a [durable.Disk] that overwrites the target instead of renaming, so that a crash can
// leave half of it.
type inPlace struct{ durable.Disk }

func (d inPlace) Rename(from, to string) error {
	if path.Ext(from) != ".tmp" {
		return d.Disk.Rename(from, to)
	}
	text, info, err := durable.ReadFile(d.Disk, from, 1<<20)
	if err != nil {
		return err
	}
	f, err := d.Disk.Open(to, os.O_RDWR|os.O_CREATE, info.Mode())
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(0); err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		return err
	}
	return d.Disk.Remove(from)
}

// elsewhere keeps one file, with its temporary file and its lock, under another name.
type elsewhere struct {
	durable.Disk
	from, to string
}

func (d elsewhere) at(name string) string {
	return path.Join(path.Dir(name), strings.Replace(path.Base(name), d.from, d.to, 1))
}

func (d elsewhere) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	return d.Disk.Open(d.at(name), flags, mode)
}

func (d elsewhere) Rename(from, to string) error { return d.Disk.Rename(d.at(from), d.at(to)) }

func (d elsewhere) Remove(name string) error { return d.Disk.Remove(d.at(name)) }

func (d elsewhere) Lstat(name string) (fs.FileInfo, error) { return d.Disk.Lstat(d.at(name)) }

// without discards each new version of the file with this name.
type without struct {
	durable.Disk
	name string
}

func (d without) Rename(from, to string) error {
	if path.Base(to) == d.name {
		return d.Disk.Remove(from)
	}
	return d.Disk.Rename(from, to)
}

// unkept leaves out the history's files, or only their fsyncs.
type unkept struct {
	durable.Disk
	writes bool
}

func (d unkept) Rename(from, to string) error {
	if path.Dir(to) == sentFolder && !d.writes {
		return d.Disk.Remove(from)
	}
	return d.Disk.Rename(from, to)
}

func (d unkept) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(name, flags, mode)
	if err == nil && d.writes && (name == sentFolder || path.Dir(name) == sentFolder) {
		f = unkeptFile{f}
	}
	return f, err
}

type unkeptFile struct{ durable.File }

func (unkeptFile) Sync() error { return nil }

// lateJournal delays lines of the journal until a document is next removed or renamed.
type lateJournal struct {
	durable.Disk
	word  journal.Outcome // outcome of the delayed lines
	never bool            // the lines are never written
	shows bool            // delay only until analytics.json is written
	late  []func()
}

type lateFile struct {
	durable.File
	disk *lateJournal
	path string
}

func (d *lateJournal) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(name, flags, mode)
	if err != nil || name != journalFile || flags&os.O_APPEND == 0 {
		return f, err
	}
	return &lateFile{File: f, disk: d, path: name}, nil
}

func (f *lateFile) Write(b []byte) (int, error) {
	if !strings.Contains(string(b), `"outcome":"`+string(f.disk.word)) {
		return f.File.Write(b)
	}
	if f.disk.never {
		return len(b), nil
	}
	line := append([]byte{}, b[:len(b)-1]...)
	f.disk.late = append(f.disk.late, func() { _ = durable.Append(f.disk.Disk, f.path, line, 0o640) })
	return len(b), nil
}

func (d *lateJournal) Remove(name string) error {
	err := d.Disk.Remove(name)
	d.gone(name)
	return err
}

func (d *lateJournal) Rename(from, to string) error {
	err := d.Disk.Rename(from, to)
	d.gone(from)
	d.gone(to)
	return err
}

func (d *lateJournal) gone(name string) {
	if path.Ext(name) == ".doc" || d.shows && name == analyticsFile {
		for _, line := range d.late {
			line()
		}
		d.late = nil
	}
}

// shortList truncates the spool's list of produced hours to 24.
type shortList struct{ durable.Disk }

func (d shortList) Rename(from, to string) error {
	if path.Base(to) != "produced" {
		return d.Disk.Rename(from, to)
	}
	data, err := durable.ReadSealed(d.Disk, from, 1<<20)
	if err != nil {
		return err
	}
	hours := strings.Fields(string(data))
	short := strings.Join(hours[max(0, len(hours)-24):], "\n") + "\n"
	if err := d.Disk.Rename(from, to); err != nil {
		return err
	}
	f, err := d.Disk.Open(to, os.O_RDWR|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(durable.Seal([]byte(short)))
	return errors.Join(err, f.Sync())
}

// forgetful does not fsync the spool's folder after a document is removed.
type forgetful struct {
	durable.Disk
	removed bool
}

func (d *forgetful) Remove(name string) error {
	d.removed = path.Ext(name) == ".doc"
	return d.Disk.Remove(name)
}

func (d *forgetful) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(name, flags, mode)
	if err != nil || name != spoolFolder || !d.removed {
		return f, err
	}
	d.removed = false
	return unsynced{f}, nil
}

type unsynced struct{ durable.File }

func (unsynced) Sync() error { return nil }

// untimely presents a decision from the future as a denial.
type untimely struct{ durable.Disk }

func (d untimely) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(name, flags, mode)
	if err != nil || name != decisionFile {
		return f, err
	}
	text := make([]byte, 4<<10)
	n, _ := f.ReadAt(text, 0)
	text = text[:n]
	if _, rest, found := strings.Cut(string(text), `"time": "`); found {
		at, _, _ := strings.Cut(rest, `"`)
		if made, err := time.Parse(time.RFC3339Nano, at); err == nil && time.Until(made) > 24*time.Hour {
			today := strings.Replace(string(text), at, time.Now().Format(time.RFC3339), 1)
			text = []byte(strings.Replace(today, "allowed", "denied", 1))
		}
	}
	return &shown{File: f, text: text}, nil
}

// shown is a file that reads as the given text.
type shown struct {
	durable.File
	text []byte
}

func (s *shown) Read(b []byte) (int, error) {
	if len(s.text) == 0 {
		return 0, io.EOF
	}
	n := copy(b, s.text)
	s.text = s.text[n:]
	return n, nil
}

// stuck fails to replace a damaged quarantine record.
type stuck struct{ durable.Disk }

func (d stuck) Rename(from, to string) error {
	if path.Base(to) == "quarantine.sealed" && d.damaged(to) {
		return syscall.EIO
	}
	return d.Disk.Rename(from, to)
}

func (d stuck) Remove(name string) error {
	if path.Base(name) == "quarantine.sealed" && d.damaged(name) {
		return syscall.EIO
	}
	return d.Disk.Remove(name)
}

func (d stuck) damaged(name string) bool {
	_, err := durable.ReadSealed(d.Disk, name, 1<<20)
	return errors.Is(err, durable.ErrDamaged)
}

// waits makes TryLock of every [durable.File] block until the lock is free.
type waits struct{ durable.Disk }

func (d waits) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(name, flags, mode)
	if err != nil {
		return nil, err
	}
	return waiting{f}, nil
}

type waiting struct{ durable.File }

func (w waiting) TryLock() error {
	for {
		if err := w.File.TryLock(); !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		pause(context.Background(), 20*time.Millisecond)
	}
}

// keeper does not remove files with this ending when consent is withdrawn.
type keeper struct {
	durable.Disk
	ending string
}

func (d keeper) Remove(name string) error {
	if !strings.HasSuffix(name, d.ending) {
		return d.Disk.Remove(name)
	}
	if text, _, err := durable.ReadFile(d.Disk, decisionFile, 1<<20); err == nil &&
		!strings.Contains(string(text), "allowed") {
		return nil
	}
	return d.Disk.Remove(name)
}

// remembers reads the decision from the first file that allowed sending, and never from a later
// one.
type remembers struct {
	durable.Disk
	decision durable.File
}

func (d *remembers) Open(name string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.Disk.Open(name, flags, mode)
	if err != nil || name != decisionFile {
		return f, err
	}
	text := make([]byte, 4<<10)
	n, _ := f.ReadAt(text, 0)
	if d.decision == nil && strings.Contains(string(text[:n]), "allowed") {
		d.decision = f
	}
	if d.decision == nil {
		return f, nil
	}
	return &rewound{File: d.decision}, nil
}

type rewound struct {
	durable.File
	at int64
}

func (r *rewound) Read(b []byte) (int, error) {
	n, err := r.ReadAt(b, r.at)
	r.at += int64(n)
	return n, err
}

func (r *rewound) Close() error { return nil }
