package consent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// Store keeps the decision that is in force in one file, and every decision that was made in
// another. Several processes may use the same files.
type Store struct {
	disk    durable.Disk
	path    string
	history string
}

// Open names the two files; their folders must exist when a decision is written.
func Open(disk durable.Disk, path, history string) Store { return Store{disk, path, history} }

// Path returns the file of the decision that is in force.
func (s Store) Path() string { return s.path }

// HistoryPath returns the file of all decisions.
func (s Store) HistoryPath() string { return s.history }

// Lock waits until no other process changes the decision. The lock ends with unlock, and with the
// process.
func (s Store) Lock() (unlock func(), err error) { return durable.Lock(s.disk, s.path) }

// Write replaces the decision that is in force, durably, readable by owner and group. A crash
// leaves the former decision or this one.
func (s Store) Write(d Decision) error {
	if err := d.check(); err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	if err := durable.WriteFile(s.disk, s.path, append(text, '\n'), 0o640); err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	return nil
}

// Read returns the decision that is in force: Undecided if there is no file. A file that is
// damaged, not a plain file, writable by its group or others, or dated more than a day in the
// future is Denied, with an error that says why and a hint what to do. Members of the file that
// this version does not know are ignored.
func (s Store) Read() (Decision, error) { return s.read(time.Now()) }

func (s Store) read(now time.Time) (Decision, error) {
	text, info, err := durable.ReadFile(s.disk, s.path, maxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return Decision{}, nil
	}
	if err != nil {
		return s.no(err)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return s.no(errors.New("its group or others may write it, so anybody could have decided"))
	}
	d, err := decode(text)
	if err != nil {
		return s.no(err)
	}
	// A day is room for a clock that was set right since. Nobody decided later than that, and a file
	// that was made up deserves no trust.
	if d.Time.After(now.Add(24 * time.Hour)) {
		return s.no(errors.New("it is dated in the future"))
	}
	return d, nil
}

// no is the answer to everything that cannot be trusted.
func (s Store) no(why error) (Decision, error) {
	return Decision{Choice: Denied}, usage.WithHint(fmt.Errorf("read decision %s: %w; this means no", s.path, why),
		"decide again with `usagedata consent allow` or `usagedata consent deny`")
}

// Revoke empties the file in place, so that it cannot be read as a yes: for a denial that could not
// be written because the disk is full. Only another decision undoes it. A crash leaves the former
// decision, or this.
func (s Store) Revoke() error {
	f, err := s.disk.Open(s.path, os.O_WRONLY|os.O_TRUNC|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return fmt.Errorf("revoke the decision: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
