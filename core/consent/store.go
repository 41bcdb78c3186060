package consent

import (
	"cmp"
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
	product string
	madeFor func(Decision) string // see ClaimedBy; nil if a decision that names no product is for the configured one
}

// Open names the two files; their folders must exist when a decision is written. product is the id of the product that
// is decided about; empty where it is not known.
func Open(disk durable.Disk, path, history, product string) Store {
	return Store{disk: disk, path: path, history: history, product: product}
}

// Path returns the file of the decision that is in force.
func (s Store) Path() string { return s.path }

// HistoryPath returns the file of all decisions.
func (s Store) HistoryPath() string { return s.history }

// Lock waits until no other process changes the decision. It gives up where a disk's locks are given up, see
// [durable.Lock]: after some seconds, and in a denial after a moment. The lock ends with unlock, and with the process.
func (s Store) Lock() (unlock func(), err error) { return durable.Lock(s.disk, s.path) }

// Write replaces the decision that is in force, durably, readable by owner and group. A crash
// leaves the former decision or this one.
func (s Store) Write(d Decision) error {
	if err := s.write(s.path, d); err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	return nil
}

// ErrInForce says of a decision that failed to be written durably that it is in force all the same.
var ErrInForce = errors.New("the new decision is in force all the same")

// Replace is Write for a decision that must not be in force where it returns an error: it puts back then what the file
// had, byte for byte, if it is not another decision's by now. The error wraps ErrInForce if not even that is possible.
// The caller holds the lock.
func (s Store) Replace(d Decision) error {
	text, info, unread := durable.ReadFile(s.disk, s.path, maxSize)
	refused := s.Write(d)
	if refused == nil || !s.holds(d) {
		return refused
	}
	if failed := s.putBack(text, info, unread); failed != nil && s.holds(d) {
		return fmt.Errorf("%w; %w: %w", refused, ErrInForce, failed)
	}
	return refused
}

// putBack gives the file its former content and mode, by which it may have been a no. One that could not be read
// becomes an empty one, which means no too.
func (s Store) putBack(text []byte, info fs.FileInfo, unread error) error {
	switch {
	case errors.Is(unread, fs.ErrNotExist):
		return durable.Remove(s.disk, s.path)
	case unread != nil:
		return durable.WriteFile(s.disk, s.path, nil, 0o640)
	}
	return durable.WriteFile(s.disk, s.path, text, info.Mode().Perm())
}

// holds reports whether the file has this decision.
func (s Store) holds(d Decision) bool {
	now, err := s.load(s.path, time.Now())
	return err == nil && now.ID == d.ID && now.EULA == d.EULA && now.Choice == d.Choice
}

// write makes the decision one about the store's product, unless it names one.
func (s Store) write(path string, d Decision) error {
	d.Product = cmp.Or(d.Product, s.product)
	if err := d.check(); err != nil {
		return err
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return durable.WriteFile(s.disk, path, append(text, '\n'), 0o640)
}

// Read returns the decision that is in force for the store's product: Undecided if there is no file, or if another
// product was decided about. A file that is damaged, not a plain file, writable by its group or others, or dated more
// than a day in the future is Denied, with an error that says why and a hint what to do. Members of the file that
// this version does not know are ignored.
func (s Store) Read() (Decision, error) { return s.read(time.Now()) }

func (s Store) read(now time.Time) (Decision, error) {
	d, err := s.decided(now)
	if s.madeFor != nil && err == nil && d.unclaimed() {
		d.Product = s.madeFor(d)
	}
	return d.of(s.product), err
}

// Denied reports whether sending is denied by a decision that can be read, whatever product it was made for: what a
// denial asks for is done for every product, also where another one is configured since.
func (s Store) Denied() bool {
	d, damaged := s.decided(time.Now())
	return damaged == nil && d.Choice == Denied
}

// decided is the decision in force, whatever product it was made for.
func (s Store) decided(now time.Time) (Decision, error) {
	d, err := s.load(s.path, now)
	if err != nil || d.Choice != Allowed {
		return d, err
	}
	denial, err := s.load(s.denial(), now)
	if err != nil || denial.Choice == Denied && denial.ID != d.After {
		return denial, err
	}
	return d, nil
}

func (s Store) load(path string, now time.Time) (Decision, error) {
	text, info, err := durable.ReadFile(s.disk, path, maxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return Decision{}, nil
	}
	if err != nil {
		return no(path, err)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return no(path, errors.New("its group or others may write it, so anybody could have decided"))
	}
	d, err := decode(text)
	if err != nil {
		return no(path, err)
	}
	// A day is room for a clock that was set right since. Nobody decided later than that, and a file
	// that was made up deserves no trust.
	if d.Time.After(now.Add(24 * time.Hour)) {
		return no(path, errors.New("it is dated in the future: the file or this system's clock is wrong"))
	}
	return d, nil
}

// no is the answer to everything that cannot be trusted.
func no(path string, why error) (Decision, error) {
	hint := "decide again with `usagedata consent allow` or `usagedata consent deny`"
	if errors.Is(why, fs.ErrPermission) {
		hint = "run the command as root or as a member of the service's group; if the service itself says so, " + hint
	}
	return Decision{Choice: Denied}, usage.WithHint(fmt.Errorf("read decision %s: %w; until it can be read this means "+
		"no, and nothing that waits is removed", path, why), hint)
}

// Check returns nil while the decision is Allowed, and otherwise an error that wraps ErrWithdrawn
// and says why, if there is more to say.
func (s Store) Check() error {
	d, err := s.Read()
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrWithdrawn, err)
	case d.Choice != Allowed:
		return ErrWithdrawn
	}
	return nil
}

// Revoke writes a denial into the file as it is, which needs no room and no lock: for one that could not be written
// because the disk is full, or because another process holds its locks. If not even that is possible it empties the
// file, so that it cannot be read as a yes. A crash leaves the former decision, this one, or a file that cannot be
// read.
func (s Store) Revoke(d Decision) (emptied bool, err error) {
	f, err := s.disk.Open(s.path, os.O_WRONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false, fmt.Errorf("revoke the decision: %w", err)
	}
	defer f.Close()
	d.Product = cmp.Or(d.Product, s.product)
	text, err := json.Marshal(d)
	if _, failed := f.Write(text); err != nil || failed != nil {
		return true, errors.Join(f.Truncate(0), f.Sync())
	}
	return false, errors.Join(f.Truncate(int64(len(text))), f.Sync())
}
