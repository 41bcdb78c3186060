package quarantine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/usage"
)

// Binary is the SHA-256 of a plugin's file.
type Binary [sha256.Size]byte

// String is the checksum's first twelve characters: enough to tell it in the output of sha256sum.
func (b Binary) String() string { return hex.EncodeToString(b[:6]) }

// Step is what a start has changed that the customer's journal should say.
type Step int

// The steps.
const (
	Nothing  Step = iota
	SetAside      // the binary is set aside
	Replaced      // the binary before was set aside; another one is installed, and is tried
)

// State is what is known of a binary.
type State struct {
	Binary   Binary
	Failures int       // starts in a row that failed as a whole
	Last     time.Time // when the last start ended; where it failed last, when it was set aside; zero: never
	Reason   string    // why the last one failed, in the host's own words
	Begun    time.Time // of a start that is running, or of which no end was recorded
	Today    int       // starts on this local date, of all binaries
	Step     Step
}

func (l *ledger) state(b Binary, now time.Time, step Step) State {
	e, _ := l.find(b)
	return State{Binary: b, Failures: e.Failures, Last: e.Ended, Reason: e.Reason, Begun: e.Begun,
		Today: l.starts(now), Step: step}
}

// SetAside reports whether the binary is not started any more.
func (s State) SetAside() bool { return s.Failures >= Patience }

// String says the state to a person, and what is to be done.
func (s State) String() string {
	switch {
	case s.SetAside():
		return fmt.Sprintf("%s; %s", s.aside(), remedy)
	case s.Failures > 0:
		return fmt.Sprintf("%s failed %s, at %s: %s; it is tried again, and set aside after %d in a row",
			s.Binary, times(s.Failures), local(s.Last), s.Reason, Patience)
	case s.Last.IsZero():
		return fmt.Sprintf("%s has not ended a start yet", s.Binary)
	}
	return fmt.Sprintf("%s ended well at %s", s.Binary, local(s.Last))
}

func (s State) aside() string {
	return fmt.Sprintf("%s is set aside since %s: its last %d starts failed, the last one because: %s", s.Binary,
		local(s.Last), s.Failures, s.Reason)
}

// remedy is what can be done about a binary that is set aside.
const remedy = "install another one, or let it run again with `usagedata plugin retry`"

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times in a row", n)
}

func local(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

// ErrRefused says that the plugin may not be started now, for a reason that is known and lasts.
var ErrRefused = errors.New("the plugin may not be started")

// refusal is ErrRefused in words.
type refusal string

func (r refusal) Error() string { return string(r) }

// Is makes it ErrRefused.
func (r refusal) Is(target error) bool { return target == ErrRefused }

func (s State) refusal() error {
	return usage.WithHint(refusal("the plugin "+s.aside()), remedy)
}
