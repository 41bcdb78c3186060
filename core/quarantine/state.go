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

// String returns the checksum's first twelve characters, enough to recognize it in the output of
// sha256sum.
func (b Binary) String() string { return hex.EncodeToString(b[:6]) }

// Step is a change made by a start that the customer's journal must record.
type Step int

// The steps.
const (
	Nothing  Step = iota
	SetAside      // the binary is set aside
	Replaced      // the previous binary was set aside; another one is installed, and is tried
)

// State is the recorded state of a binary.
type State struct {
	Binary   Binary
	Failures int       // starts in a row that failed as a whole
	Last     time.Time // when the last start ended; for a binary that is set aside, since when; zero: never
	Reason   string    // why the last start failed, in the host's own words
	Begun    time.Time // of a start that is running, or whose end was not recorded
	Today    int       // starts on this local date, of all binaries
	Step     Step
}

func (l *ledger) state(b Binary, now time.Time, step Step) State {
	e, _ := l.find(b)
	return State{Binary: b, Failures: e.Failures, Last: e.Ended, Reason: e.Reason, Begun: e.Begun,
		Today: l.starts(now), Step: step}
}

// SetAside reports whether the binary is no longer started.
func (s State) SetAside() bool { return s.Failures >= MaxFailures }

// String describes the state to a person, and what to do about it.
func (s State) String() string {
	switch {
	case s.SetAside():
		return fmt.Sprintf("%s; %s", s.setAsideText(), Remedy)
	case s.Failures > 0:
		return fmt.Sprintf("%s failed %s, at %s: %s; it is tried again, and set aside after %d in a row",
			s.Binary, times(s.Failures), local(s.Last), s.Reason, MaxFailures)
	case s.Last.IsZero() && s.Begun.IsZero():
		return fmt.Sprintf("%s not started yet", s.Binary)
	case s.Last.IsZero():
		return fmt.Sprintf("%s has not completed a start yet", s.Binary)
	}
	return fmt.Sprintf("%s last started and ended normally at %s", s.Binary, local(s.Last))
}

func (s State) setAsideText() string {
	return fmt.Sprintf("%s has been set aside since %s: its last %d starts failed, most recently: %s", s.Binary,
		local(s.Last), s.Failures, s.Reason)
}

// Remedy says how to proceed with a binary that is set aside.
const Remedy = "install another plugin, or allow this one again with `usagedata plugin retry`"

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times in a row", n)
}

func local(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

// ErrRefused means that the plugin may not be started now, for a known reason that lasts.
var ErrRefused = errors.New("the plugin may not be started")

// refusal is an error that matches [ErrRefused].
type refusal string

func (r refusal) Error() string { return string(r) }

// Is reports whether target is [ErrRefused].
func (r refusal) Is(target error) bool { return target == ErrRefused }

func (s State) refusal() error {
	return usage.WithHint(refusal("the plugin "+s.setAsideText()), Remedy)
}
