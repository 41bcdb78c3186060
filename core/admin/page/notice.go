package page

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// notice is a sentence about the result of a form, for the page to which the answer redirects.
type notice struct {
	id       string // cannot be guessed: a made-up link shows nothing
	actor    string // the sender of the form
	decision string // the tag of the decision that it is about
	sentence string
	made     time.Time
}

// Bounds of the notices that were not fetched.
const (
	mostNotices = 32
	noticeLife  = time.Minute
)

// notices are those that were not shown yet. They are kept in memory only: a restart loses them,
// and the page still shows the decision.
type notices struct {
	mu      sync.Mutex
	waiting []notice
}

// add keeps a notice, and returns the id under which it is taken.
func (n *notices) add(one notice) (id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	one.id = rand.Text()
	n.waiting = append(n.waiting, one)
	n.waiting = n.waiting[max(0, len(n.waiting)-mostNotices):]
	return one.id
}

// take returns the sentence once: to the same actor, within a minute, and while the decision is the
// same. Otherwise it returns "".
func (n *notices) take(id, actor, decision string, now time.Time) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := slices.IndexFunc(n.waiting, func(one notice) bool { return one.id == id && one.actor == actor })
	if i < 0 {
		return ""
	}
	one := n.waiting[i]
	n.waiting = slices.Delete(n.waiting, i, i+1)
	if one.decision != decision || now.Sub(one.made).Abs() > noticeLife {
		return ""
	}
	return one.sentence
}
