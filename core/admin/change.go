package admin

import (
	"errors"
	"fmt"
	"slices"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/usage"
)

// Request is a request to decide, for [Appliance.Change].
type Request struct {
	Choice consent.Choice
	// ShownProfile is the version of the profile that the administrator was shown. Allowing a version other
	// than the installed one is refused.
	ShownProfile int
	Actor        string
	Way          string // one of the ways of package consent
	RemoveSent   bool   // a denial also removes the documents that were sent and are kept
	EULA         string // the version of the license agreement that was accepted with it; empty if none was
	// ExpectedTag is the [Tag] of the decision that was shown; if the decision has changed since, it is not
	// overwritten. If ExpectedTag is empty, any decision is.
	ExpectedTag string
	// LeftOut are the categories to leave out when allowing. If it is nil, those that the decision in
	// force leaves out stay left out.
	LeftOut []string
}

// ErrOutdated is returned if the profile or the decision has changed since the administrator was
// shown it.
var ErrOutdated = errors.New("it is outdated")

// Change makes a decision. If it returns an error that wraps [ErrOutdated], nothing was changed.
func (a Appliance) Change(r Request) (consent.Decision, error) {
	if r.Choice == consent.Allowed && r.ShownProfile != a.Profile.Version {
		return consent.Decision{}, usage.WithHint(fmt.Errorf("allow profile %d: %w, profile %d is installed",
			r.ShownProfile, ErrOutdated, a.Profile.Version), "read the list of collected data again, then decide")
	}
	d := consent.Decision{Choice: r.Choice, Time: a.Now(), Actor: r.Actor, Way: r.Way, EULA: r.EULA}
	if r.Choice != consent.Allowed {
		d.RemoveSent = r.RemoveSent && r.Choice == consent.Denied
		return d, a.Decide(d, func(now consent.Decision) error { return unchanged(now, r.ExpectedTag) })
	}
	read, _ := a.Decision() // one that cannot be read leaves out nothing
	leftOut := r.LeftOut
	if leftOut == nil {
		leftOut = read.LeavesOut(a.Profile)
	}
	if err := a.Profile.CheckOptional(leftOut); err != nil {
		return consent.Decision{}, err
	}
	d = d.Accepting(a.Profile, leftOut...)
	return d, a.Decide(d, func(now consent.Decision) error {
		if r.LeftOut == nil && !slices.Equal(now.LeftOut, read.LeftOut) {
			return outdated()
		}
		return unchanged(now, r.ExpectedTag)
	})
}

// unchanged returns an error if the decision is not the one that was shown.
func unchanged(now consent.Decision, was string) error {
	if was == "" || Tag(now) == was { // a decision that cannot be trusted is Denied, and has that tag
		return nil
	}
	return outdated()
}

func outdated() error {
	return usage.WithHint(fmt.Errorf("change the decision that was shown: %w, another one is in force", ErrOutdated),
		"read the decision again, then decide")
}
