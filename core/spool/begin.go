package spool

import (
	"fmt"
	"path/filepath"

	"polycom.com/usagedata/core/durable"
)

// Begin marks a document as the one whose upload is under way, for a concurrent [Spool.Clear]. The
// sender calls end after the upload; end reports whether the document still waits. If it does not,
// the process that removed it has recorded it. The mark also ends with the process. It is made
// under the lock, because Clear acquires the mark for a moment.
func (s *Spool) Begin(id string) (end func() (waits bool), err error) {
	unlock, err := s.lockFor(id)
	if err != nil {
		return nil, err
	}
	defer unlock()
	release, _, err := durable.TryLock(s.disk, s.sendingPath(), id)
	if err != nil {
		return nil, fmt.Errorf("begin to send %s: %w", id, err)
	}
	return func() bool {
		defer release()
		return s.waits(id)
	}, nil
}

// Settle removes a document that the collection point accepted, after record has recorded that. It
// does neither if the document is gone: the process that removed it during the upload has recorded
// it, and each document is recorded once. If we crash before the end, the document stays and is
// sent again under its id.
func (s *Spool) Settle(id string, record func() error) error {
	unlock, err := s.lockFor(id)
	if err != nil {
		return err
	}
	defer unlock()
	if !s.waits(id) {
		return nil
	}
	if err := record(); err != nil {
		return err
	}
	return s.remove(s.entry(id))
}

func (s *Spool) waits(id string) bool {
	_, err := s.disk.Lstat(s.path(id))
	return err == nil
}

// sending returns the id of the document whose upload is under way; empty if no upload is.
func (s *Spool) sending() string {
	release, id, err := durable.TryLock(s.disk, s.sendingPath(), "")
	if err == nil {
		release()
	}
	return id
}

func (s *Spool) sendingPath() string { return filepath.Join(s.dir, "sending") }
