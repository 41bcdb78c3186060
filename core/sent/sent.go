// Package sent keeps the documents that the collection point accepted, byte for byte, so that the
// administrator can look back on every hour (VIEW-1). The history is bounded in days and in bytes,
// and it is the first to give way when the disk is full.
//
// Each document is a gzip file of its own, which zcat reads. One file for each hour costs two fsyncs,
// and a crash, a damaged sector or a stranger's file costs one hour at most. The documents of another
// product and of a former identity stay until they are too old: they are the administrator's record
// of what has left the appliance, and they never leave it a second time.
package sent

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"polycom.com/usagedata/core/durable"
)

var (
	// ErrDamaged means that a file does not hold the document that was accepted.
	ErrDamaged = errors.New("the kept document is damaged")
	// errNoRoom means that the disk has so little room that the history does not take any of it.
	errNoRoom = errors.New("the disk is almost full")
)

// Bounds limit the history. The last accepted document is kept in any case, so zero keeps only that.
type Bounds struct {
	Days int   // a document about an older period is removed
	Size int64 // bytes on the disk
}

// Store is the history in one folder. Its methods may be used by several processes; only the one
// that runs a cycle may call [Store.Keep] and [Store.GiveWay].
type Store struct {
	disk   durable.Disk
	dir    string
	bounds Bounds
}

// Open returns the history in the folder dir, which [Store.Keep] makes.
func Open(disk durable.Disk, dir string, bounds Bounds) Store { return Store{disk, dir, bounds} }

// Dir returns the folder.
func (s Store) Dir() string { return s.dir }

// Document describes a document that was accepted.
type Document struct {
	ID       string    `json:"id"`
	Period   time.Time `json:"period"` // beginning of its UTC hour
	Accepted time.Time `json:"accepted,omitzero"`
	Profile  int       `json:"profile,omitempty"` // version of the profile that it was made with
	Bytes    int       `json:"bytes,omitempty"`   // before compression
	// Damaged means that the file cannot be read. Nothing else about the document is known then.
	Damaged bool `json:"damaged,omitempty"`
}

// Product returns the id of the product that the document is about.
func (d Document) Product() string { return productOf(d.ID) }

// Keep adds a document that the collection point has just accepted. Adding it again changes nothing.
//
// Files that are too old or too many are removed first, so that the history never exceeds its bounds;
// their removal is durable with the new file. A crash before the new file has its name leaves a hidden
// file, which the next Keep overwrites or removes. The caller removes the document from the spool
// only after Keep, so no hour is lost, and calls Keep again after a crash, which adds no second one.
func (s Store) Keep(id string, body []byte, now time.Time) error {
	if err := s.keep(id, body, now); err != nil {
		return fmt.Errorf("keep the document that was sent: %w", err)
	}
	return nil
}

func (s Store) keep(id string, body []byte, now time.Time) error {
	if _, ours := periodOf(id); !ours {
		return errors.New("its id has no period")
	}
	all, err := s.files()
	if err != nil || len(all) == 0 {
		// The folder above is fsynced for as long as no document would be lost with it.
		if err := durable.MakeOwnFolder(s.disk, s.dir, 0o750); err != nil {
			return err
		}
	}
	if there, err := s.Read(id); err == nil && string(there) == string(body) {
		return durable.SyncDir(s.disk, s.dir) // a Keep that was killed may not have come to that
	}
	packed, err := pack(id, body, now)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(f file) bool { return f.id == id && !f.leftover })
	if err := s.makeRoom(all, onDisk(int64(len(packed))), now); err != nil {
		return err
	}
	return durable.WriteFile(s.disk, s.path(id), packed, 0o640)
}

// List returns the documents, the newest period first.
func (s Store) List() ([]Document, error) {
	all, err := s.files()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the documents that were sent: %w", err)
	}
	var list []Document
	var in gzip.Reader // one for all, because each has large tables
	for _, f := range all {
		if f.leftover {
			continue
		}
		d, err := s.describe(&in, f.id)
		if errors.Is(err, fs.ErrNotExist) { // it was removed just now
			continue
		}
		if err != nil {
			d = Document{ID: f.id, Period: f.period, Damaged: true}
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Document) int {
		return cmp.Or(b.Period.Compare(a.Period), b.Accepted.Compare(a.Accepted), cmp.Compare(b.ID, a.ID))
	})
	return list, nil
}

// Count returns the number of the documents. It opens none of them, so it is cheaper than [Store.List].
func (s Store) Count() (n int, err error) {
	all, err := s.files()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("count the documents that were sent: %w", err)
	}
	for _, f := range all {
		if !f.leftover {
			n++
		}
	}
	return n, nil
}

// Read returns exactly the bytes that were accepted. The error is [fs.ErrNotExist] if there is no
// document of this id, and wraps [ErrDamaged] if the file holds anything else.
func (s Store) Read(id string) ([]byte, error) {
	if _, ours := periodOf(id); !ours {
		return nil, fs.ErrNotExist
	}
	packed, _, err := durable.ReadFile(s.disk, s.path(id), maxFile)
	if errors.Is(err, durable.ErrDamaged) {
		return nil, fmt.Errorf("%s: %w", id, ErrDamaged)
	}
	if err != nil {
		return nil, err
	}
	_, body, err := unpack(id, packed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", id, ErrDamaged)
	}
	return body, nil
}

// Clear removes every document, and returns their number. If it is interrupted, the next call removes
// the rest.
func (s Store) Clear() (removed int, err error) {
	all, err := s.files()
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("remove the documents that were sent: %w", err)
	}
	var paths []string
	for _, f := range all {
		paths = append(paths, f.path)
		if !f.leftover {
			removed++
		}
	}
	if len(paths) == 0 {
		return 0, nil
	}
	return removed, durable.Remove(s.disk, paths...)
}

// Before returns the document of the same product whose period comes before that of d; the list has the
// newest first.
func Before(list []Document, d Document) (before Document, found bool) {
	for _, other := range list {
		if other.Period.Before(d.Period) && other.Product() == d.Product() && !other.Damaged {
			return other, true
		}
	}
	return Document{}, false
}

func (s Store) path(id string) string { return filepath.Join(s.dir, id+suffix) }
