package counters

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"polycom.com/usagedata/core/durable"
)

// maxFile is larger than the file, in bytes.
const maxFile = 16 << 10

// Store keeps the counters of the last cycle in a file, because between two cycles there may be no
// process: a timer starts one for each hour. An earlier version of this service leaves the file where
// it is. After a denial by that version the key is another one, so nothing of the file is used, and
// the next cycle of this version replaces or removes it.
type Store struct {
	disk durable.Disk
	path string
}

// Open returns the store in the file at path. The file's folder must exist when counters are kept.
func Open(disk durable.Disk, path string) Store { return Store{disk, path} }

// file is the content of the file, in JSON, after a line with its checksum.
type file struct {
	Identity string           `json:"identity"` // derived from the appliance's key
	Origin   string           `json:"origin"`
	Counters map[string]int64 `json:"counters"`
}

// Load returns the counters that were kept under this identity: none if there is no file, or if it
// belongs to another identity. An error means that the file could not be read, and never shows its
// content.
func (s Store) Load(identity string) (Counters, error) {
	kept, err := s.load()
	if err != nil || kept.Identity != identity || identity == "" {
		return Counters{}, err
	}
	return of(kept.Origin, kept.Counters), nil
}

func (s Store) load() (kept file, err error) {
	text, err := durable.ReadSealed(s.disk, s.path, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return file{}, nil
	}
	if err != nil {
		return file{}, err
	}
	if json.Unmarshal(text, &kept) != nil { // its error could quote the text
		return file{}, fmt.Errorf("read %s: %w", s.path, durable.ErrDamaged)
	}
	return kept, nil
}

// Keep replaces the counters, after the document to which they belong is in the spool. If we crash
// before that, the former ones stay, and the next document tells of a longer time. If c has no
// numbers, nothing is kept.
//
// Keep calls inForce to ask whether the decision under which the plugin was read is still in force;
// if not, it returns inForce's error, and nothing stays. A denial does not wait for us. It writes the
// decision before it removes the file: either it finds our file, or we find its decision. If we crash
// in between, the next cycle removes the file.
func (s Store) Keep(identity string, c Counters, inForce func() error) error {
	if err := inForce(); err != nil {
		return keepError(err)
	}
	if len(c.all()) == 0 || identity == "" {
		return keepError(s.removeStale())
	}
	text, err := json.Marshal(file{identity, c.origin, c.all()})
	if err == nil {
		err = durable.WriteSealed(s.disk, s.path, text, 0o600)
	}
	if over := inForce(); over != nil {
		err = errors.Join(over, s.Remove())
	}
	return keepError(err)
}

// removeStale removes counters that no plugin will get, and avoids a write if there are none.
func (s Store) removeStale() error {
	if _, err := s.disk.Lstat(s.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return s.Remove()
}

func keepError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("keep the counters: %w", err)
}

// Remove removes the file, and the hidden one that a crash leaves, durably.
func (s Store) Remove() error {
	if info, err := s.disk.Lstat(s.path); err == nil && info.IsDir() {
		return durable.Displace(s.disk, s.path)
	}
	return durable.Erase(s.disk, s.path)
}

// Mend removes a file that cannot be read, and reports whether it did. A crash leaves the file, and
// the next Mend finds it.
func (s Store) Mend() (mended bool, err error) {
	if _, err := s.load(); err == nil {
		return false, nil
	}
	return true, s.Remove()
}
