package admin

import (
	"errors"
	"fmt"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/usage"
)

// Request is a wish to decide.
type Request struct {
	Choice consent.Choice
	// Seen is the version of the profile that whoever decides was shown. Allowing another one than the installed accepts
	// nothing.
	Seen  int
	Actor string
	Way   string // one of consent's
	EULA  string // the version of the licence agreement that was accepted with it; empty: none was
	// Was is the Tag of the decision that was shown; a decision that was changed since is not overwritten. Empty:
	// whatever it was.
	Was string
}

// ErrOutdated says that what the administrator was shown is not what is now: the profile, or the decision.
var ErrOutdated = errors.New("it has changed meanwhile")

// Change decides. Nothing is changed when it returns an error that wraps ErrOutdated.
func (a Appliance) Change(r Request) (consent.Decision, error) {
	if r.Choice == consent.Allowed && r.Seen != a.Profile.Version {
		return consent.Decision{}, usage.WithHint(fmt.Errorf("allow profile %d: %w: profile %d is installed", r.Seen,
			ErrOutdated, a.Profile.Version),
			"look at what is collected now, and decide again")
	}
	d := consent.Decision{Choice: r.Choice, Time: a.Now(), Actor: r.Actor, Way: r.Way, EULA: r.EULA}
	if r.Choice == consent.Allowed {
		d = d.Accepting(a.Profile)
	}
	return d, a.Decide(d, func(now consent.Decision) error { return unchanged(now, r.Was) })
}

// unchanged looks whether the decision is still the one that was shown.
func unchanged(now consent.Decision, was string) error {
	if was == "" || Tag(now) == was { // one that can't be trusted is Denied, and has that tag
		return nil
	}
	return usage.WithHint(fmt.Errorf("change the decision: %w: another one is in force", ErrOutdated),
		"look at the decision now, and decide again")
}
