package consent

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// Overrule writes a denial that could not wait for the lock. The process that holds the lock may
// replace the decision afterwards without knowing of the denial. So the denial is also kept in a
// file of its own: an [Allowed] counts only if its After names that denial, which shows that it had
// been seen. The file is not removed. A crash leaves the denial in force, or the former decision.
func (s Store) Overrule(d Decision) error {
	if err := s.write(s.denial(), d); err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	return s.Write(d)
}

// Overruled returns the ID of the denial that is kept in a file of its own; it is empty if there is
// none.
func (s Store) Overruled() (id string, err error) {
	d, err := s.load(s.denial(), time.Now())
	return d.ID, err
}

// denial returns the file of a denial that could not wait: decision.denied.
func (s Store) denial() string { return strings.TrimSuffix(s.path, filepath.Ext(s.path)) + ".denied" }

// Reconsider removes a denial's own file that cannot be read, so that the customer can decide
// again. The caller must hold the lock, and must have found the file unreadable just now, because a
// denial does not wait for the lock.
func (s Store) Reconsider() error { return durable.Remove(s.disk, s.denial()) }

// Claim writes the product into a decision of version 0.1.0, which names none, so that it never
// counts for another product. madeFor returns the id of the product that the decision was made for,
// or "" for the configured one. A crash leaves the file as it was, or with the product.
func (s Store) Claim(madeFor func(Decision) string) error {
	if d, err := s.load(s.path, time.Now()); err != nil || s.product == "" || !d.unclaimed() {
		return nil // a decision that cannot be read is not ours to change
	}
	unlock, err := s.Lock()
	if err != nil {
		return unclaimable(err)
	}
	defer unlock()
	d, err := s.load(s.path, time.Now())
	if err != nil || !d.unclaimed() {
		return nil
	}
	d.Product = madeFor(d)
	return unclaimable(s.Write(d))
}

// ClaimedBy returns the store for a program that only reads it: a decision that names no product
// counts as if [Store.Claim] had written the product into it.
func (s Store) ClaimedBy(madeFor func(Decision) string) Store {
	s.disk, s.madeFor = durable.ReadOnly(s.disk), madeFor
	return s
}

func (d Decision) unclaimed() bool { return d.Product == "" && d.Choice == Allowed }

func unclaimable(err error) error {
	if err == nil {
		return nil
	}
	return usage.WithHint(fmt.Errorf("record the product in the decision: %w", err),
		"free some space, and make the service's user the owner of the folder and its files; `usagedata consent "+
			"deny` works meanwhile")
}
