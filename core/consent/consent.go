// Package consent holds the customer's decision whether usage data is sent. Nothing is sent
// unless the decision is there, whole and yes (CONS-1, CONS-3): a missing file means that
// nobody was asked yet, and anything that cannot be trusted means no.
package consent

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// NotAllowed is the reason, for a person, why nothing is collected or sent without consent.
const NotAllowed = "sending usage data is not allowed"

// Choice is what was decided. The zero value is that nothing was.
type Choice int

// The choices.
const (
	Undecided Choice = iota
	Denied
	Allowed
)

var choices = map[Choice]string{Undecided: "undecided", Denied: "denied", Allowed: "allowed"}

// String is the choice as a word, as in the file.
func (c Choice) String() string {
	if word, ok := choices[c]; ok {
		return word
	}
	return "unknown"
}

// MarshalText writes the choice as a word.
func (c Choice) MarshalText() ([]byte, error) {
	word, ok := choices[c]
	if !ok {
		return nil, fmt.Errorf("choice %d is none", int(c))
	}
	return []byte(word), nil
}

// UnmarshalText accepts exactly the words that MarshalText writes; others leave Denied.
func (c *Choice) UnmarshalText(text []byte) error {
	for choice, word := range choices {
		if word == string(text) {
			*c = choice
			return nil
		}
	}
	*c = Denied
	return errors.New("choice is neither undecided, denied nor allowed")
}

// Decision is a choice and how it came about.
type Decision struct {
	Choice Choice `json:"choice"`
	// Time is when it was decided, by the appliance's clock.
	Time time.Time `json:"time"`
	// Actor is who decided, as far as the appliance knows: an administrator's account.
	Actor string `json:"actor"`
	// Way is where: one of the ways below.
	Way string `json:"way,omitempty"`
	// EULA is the version of the end user licence agreement that was accepted last; empty when none is known.
	EULA string `json:"eula,omitempty"`
	// Profile is the version of the profile that whoever decided was shown.
	Profile int `json:"profile,omitempty"`
	// Fields are what an Allowed accepts: the profile's approved fields of that moment. What is not in it stays unsent.
	Fields []string `json:"fields,omitempty"`
}

// The ways in which a decision is made.
const (
	ByCommand = "command" // usagedata consent
	ByPage    = "page"    // our page, or the product's own before it
	ByAPI     = "API"     // a program, at the socket
	ByEULA    = "EULA"    // an installer, with the end user licence agreement
)

// Bounds of the file: its size, an actor, way or licence agreement, and a field, in bytes; and how many fields. The
// product with most has 171 of 7550 bytes together.
const (
	maxSize   = 128 << 10
	maxName   = 200
	maxField  = 200
	maxFields = 500
)

// check refuses a decision that could not be traced to a person and a time.
func (d Decision) check() error {
	switch {
	case d.Time.IsZero():
		return errors.New("it has no time")
	case d.Actor == "":
		return errors.New("it has no actor")
	case len(d.Actor) > maxName || len(d.Way) > maxName || len(d.EULA) > maxName:
		return errors.New("its actor, way or licence agreement is too long")
	case d.Profile < 0:
		return errors.New("its profile is no version")
	case len(d.Fields) > maxFields || slices.ContainsFunc(d.Fields, badField) || !slices.IsSorted(d.Fields):
		return errors.New("its list of fields is none")
	}
	return nil
}

func badField(field string) bool { return field == "" || len(field) > maxField }
