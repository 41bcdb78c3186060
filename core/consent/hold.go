package consent

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/durable"
)

var (
	// ErrWithdrawn is returned if there is no consent, or not any more.
	ErrWithdrawn = errors.New("consent is not given")
	// ErrReplaced is returned if work was begun under a decision that is not in force any more, and
	// another one allows.
	ErrReplaced = errors.New("another decision was made meanwhile")
)

// lookEvery is how often the decision is read during work that needs it, in addition to the
// kernel's reports of changes. On a file system of another machine, or one that is mounted over the
// folder, the kernel reports nothing, and CONS-2 gives us one second.
const lookEvery = 500 * time.Millisecond

// Held is the decision under which work was begun; [Store.Hold] makes it. Once it is not in force
// any more, it never is again, even if the same file is put back. A nil Held is not in force.
type Held struct {
	store    Store
	decision Decision
	over     context.Context
	end      context.CancelCauseFunc
}

type heldKey struct{}

// Hold returns a context for work under d, which the caller has read. The context carries a [Held]
// for d, which [Of] returns. It ends soon after d is not in force any more, with a cause that wraps
// [ErrWithdrawn] or [ErrReplaced]. The caller must call release when the work is done.
func (s Store) Hold(ctx context.Context, d Decision) (work context.Context, release context.CancelFunc) {
	h := &Held{store: s, decision: d}
	h.over, h.end = context.WithCancelCause(context.Background())
	work, end := context.WithCancelCause(context.WithValue(ctx, heldKey{}, h))
	context.AfterFunc(h.over, func() { end(context.Cause(h.over)) })
	changes, stop := s.Changes()
	// The check comes after the watch began, so that no change falls between the two.
	if err := h.Check(); err != nil {
		end(err)
	}
	go h.watch(work, changes)
	return work, func() {
		end(context.Canceled)
		stop()
	}
}

// Changes sends after the decision in force may have changed, until stop is called. It also watches
// the files of the same folder that more names.
func (s Store) Changes(more ...string) (changes <-chan struct{}, stop func()) {
	return durable.Watch(s.disk, filepath.Dir(s.path), append(more, filepath.Base(s.path),
		filepath.Base(s.denial()))...)
}

func (h *Held) watch(work context.Context, changes <-chan struct{}) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-work.Done():
			return
		case <-changes:
		case <-look.C:
		}
		if h.Check() != nil {
			return
		}
	}
}

// Of returns the decision under which the work of ctx was begun, or nil if there is none.
func Of(ctx context.Context) *Held {
	h, _ := ctx.Value(heldKey{}).(*Held)
	return h
}

// LeftOut returns the categories that the held decision leaves out.
func (h *Held) LeftOut() []string {
	if h == nil {
		return nil
	}
	return h.decision.LeftOut
}

// Check reads the decision. It returns nil if that is the held one.
func (h *Held) Check() error {
	if h == nil {
		return ErrWithdrawn
	}
	if h.over.Err() != nil {
		return context.Cause(h.over)
	}
	now, err := h.store.Read()
	switch {
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrWithdrawn, err)
	case now.Choice != Allowed:
		err = ErrWithdrawn
	case !now.is(h.decision):
		err = ErrReplaced
	}
	if err != nil {
		h.end(err)
	}
	return err
}

// Over returns why a decision has ended: [ErrReplaced] if another one allows by now, no matter what
// came in between; otherwise the cause that ended it, for example a file that could not be read for
// a moment.
func (h *Held) Over() error {
	if now, err := h.store.Read(); err == nil && now.Choice == Allowed && !now.is(h.decision) {
		return ErrReplaced
	}
	return context.Cause(h.over)
}

// Ended is closed soon after the decision is not in force any more.
func (h *Held) Ended() <-chan struct{} {
	if h == nil {
		return nil
	}
	return h.over.Done()
}
