package page

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"
)

// notice is a sentence about what came of a form, for the page that the answer leads to.
type notice struct {
	id       string // not to be guessed: a link that somebody made up shows nothing
	actor    string // who sent the form
	decision string // the tag of the decision that it is about
	sentence string
	made     time.Time
}

// Bounds of the notices that were not fetched.
const (
	mostNotices = 32
	noticeLife  = time.Minute
)

// notices are those that were not shown yet. They are in memory only: a restart forgets them, and the page shows the
// decision all the same.
type notices struct {
	mu      sync.Mutex
	waiting []notice
}

// leave returns the id under which the notice is taken.
func (n *notices) leave(one notice) (id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	one.id = rand.Text()
	n.waiting = append(n.waiting, one)
	n.waiting = n.waiting[max(0, len(n.waiting)-mostNotices):]
	return one.id
}

// take returns the sentence once, to the same actor, soon, while the decision is the same; otherwise it is empty.
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
