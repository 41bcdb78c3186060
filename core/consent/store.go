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

// Store keeps the decision that is in force in one file, and the history of all decisions in
// another. Several processes may use the same files.
type Store struct {
	disk    durable.Disk
	path    string
	history string
	product string
	last    *lastRead
	madeFor func(Decision) string // see [Store.ClaimedBy]; if nil, no named product means the configured one
}

// Open returns the [Store] of the two files. Their folders must exist when a decision is written.
// product is the id of the product that is decided about; it is empty if it is not known.
func Open(disk durable.Disk, path, history, product string) Store {
	return Store{disk: disk, path: path, history: history, product: product, last: new(lastRead)}
}

// Path returns the file of the decision that is in force.
func (s Store) Path() string { return s.path }

// HistoryPath returns the file of all decisions.
func (s Store) HistoryPath() string { return s.history }

// Lock acquires the lock of the decision. It waits as long as the disk's locks allow, see
// [durable.Lock]: some seconds, and in a denial a moment. The lock ends with unlock, and with the
// process.
func (s Store) Lock() (unlock func(), err error) { return durable.Lock(s.disk, s.path) }

// Write replaces the decision that is in force, durably, readable by owner and group. A crash
// leaves the former decision or this one.
func (s Store) Write(d Decision) error {
	if err := s.write(s.path, d); err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	return nil
}

// ErrInForce is returned if a decision could not be written durably, but is in force all the same.
var ErrInForce = errors.New("the new decision is in force all the same")

// Replace is [Store.Write] for a decision that must not be in force if Replace returns an error. On
// failure it puts back the former content of the file, byte for byte, unless the file holds another
// decision by now. If not even that is possible, the error wraps [ErrInForce]. The caller must hold
// the lock.
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

// putBack restores the file's former content and mode: the mode may have been the reason why it
// meant no. If the file could not be read, putBack empties it, which means no too.
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

// write adds the store's product to the decision, unless it names one.
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

// Read returns the decision that is in force for the store's product. It is [Undecided] if there is
// no file, or if another product was decided about. It is [Denied] if the file is damaged, not a
// plain file, writable by its group or others, or dated more than a day in the future; then the
// error says why, with a hint. Members of the file that this version does not know are ignored.
func (s Store) Read() (Decision, error) { return s.read(time.Now()) }

func (s Store) read(now time.Time) (Decision, error) {
	d, err := s.decided(now)
	if s.madeFor != nil && err == nil && d.unclaimed() {
		d.Product = s.madeFor(d)
	}
	return d.of(s.product), err
}

// Denied reports whether a readable decision denies sending, no matter for which product it was
// made: the consequences of a denial apply to every product, even if another one is configured by
// now.
func (s Store) Denied() bool {
	d, damaged := s.decided(time.Now())
	return damaged == nil && d.Choice == Denied
}

// RemovesSent reports whether the decision in force is a denial, for any product, that also removes
// the documents that were sent and are kept.
func (s Store) RemovesSent() bool {
	denial, damaged := s.decided(time.Now())
	return damaged == nil && denial.Choice == Denied && denial.RemoveSent
}

// decided returns the decision in force, no matter for which product it was made.
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
	var d Decision
	known := false
	text, info, err := durable.ReadFileUnless(s.disk, path, maxSize, func(info fs.FileInfo) bool {
		d, known = s.last.find(info)
		return known
	})
	if errors.Is(err, fs.ErrNotExist) {
		return Decision{}, nil
	}
	if err != nil {
		return untrusted(path, err)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return untrusted(path, errors.New("its group or others may write it, so it cannot be trusted"))
	}
	if !known {
		if d, err = decode(text); err != nil {
			return untrusted(path, err)
		}
		s.last.note(info, d)
	}
	// A day allows for a clock that was corrected since. No real decision is dated later, and a
	// made-up file deserves no trust.
	if d.Time.After(now.Add(24 * time.Hour)) {
		return untrusted(path, errors.New("it is dated in the future: the file or this system's clock is wrong"))
	}
	return d, nil
}

// untrusted returns the answer for everything that cannot be trusted.
func untrusted(path string, why error) (Decision, error) {
	hint := "decide again with `usagedata consent allow` or `usagedata consent deny`"
	if errors.Is(why, fs.ErrPermission) {
		hint = "run the command as root or as a member of the service's group; if the service reports this, " + hint
	}
	return Decision{Choice: Denied}, usage.WithHint(fmt.Errorf("read decision %s: %w; until it can be read nothing "+
		"is sent, and waiting documents are kept", path, why), hint)
}

// Check returns nil if the decision is [Allowed]. Otherwise the error wraps [ErrWithdrawn], with
// the cause if there is one.
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

// Revoke writes a denial into the existing file, which needs no room and no lock: for a denial that
// could not be written because the disk is full, or because another process holds its locks. If not
// even that is possible, it empties the file, so that it cannot be read as a yes. A crash leaves
// the former decision, this one, or a file that cannot be read.
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
