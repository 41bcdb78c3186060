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
	Time time.Time `json:"time,omitzero"`
	// Actor is who decided, as far as the appliance knows: an administrator's account.
	Actor string `json:"actor,omitempty"`
	// Way is where: one of the ways below.
	Way string `json:"way,omitempty"`
	// EULA is the version of the end user licence agreement that was accepted last; empty when none is known.
	EULA string `json:"eula,omitempty"`
	// Profile is the version of the profile that whoever decided was shown.
	Profile int `json:"profile,omitempty"`
	// Fields are what an Allowed accepts: the profile's approved fields of that moment. What is not in it stays unsent.
	Fields []string `json:"fields,omitempty"`
	// Product is the id of the product that the decision was made for. It is empty in a decision of version 0.1.0, and in
	// a denial that could not learn which product is configured, which denies every product.
	Product string `json:"product,omitempty"`
	// ID tells this decision from every other one. Empty in a decision of version 0.1.0.
	ID string `json:"id,omitempty"`
	// After is the ID of the denial in its own file that whoever allowed has seen. See [Store.Overrule].
	After string `json:"after,omitempty"`
}

// The ways in which a decision is made.
const (
	ByCommand = "command" // usagedata consent
	ByPage    = "page"    // our page, or the product's own before it
	ByAPI     = "API"     // a program, at the socket
	ByEULA    = "EULA"    // an installer, with the end user licence agreement
)

// Bounds of the file, in bytes: its size; an actor, way, license agreement, product or ID; a field. And how many fields
// there may be: the product with most has 171 of 7550 bytes together.
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
	case slices.ContainsFunc([]string{d.Actor, d.Way, d.EULA, d.Product, d.ID, d.After}, tooLong):
		return errors.New("its actor, way, license agreement, product or ID is too long")
	case d.Profile < 0:
		return errors.New("its profile is no version")
	case len(d.Fields) > maxFields || slices.ContainsFunc(d.Fields, badField) || !slices.IsSorted(d.Fields):
		return errors.New("its list of fields is none")
	}
	return nil
}

func tooLong(name string) bool { return len(name) > maxName }

func badField(field string) bool { return field == "" || len(field) > maxField }

// is reports whether other is the same decision. Another version of the licence agreement that was accepted since makes
// no other one of it.
func (d Decision) is(other Decision) bool {
	return d.ID == other.ID && d.Choice == other.Choice && d.Product == other.Product && d.Actor == other.Actor &&
		d.Time.Equal(other.Time) && d.Profile == other.Profile && slices.Equal(d.Fields, other.Fields)
}

// of is the decision as it counts for a product: one that was made for another product leaves this one undecided, and
// names that other product. A denial that names none denies all of them, and so a decision that names none, of version
// 0.1.0, counts for the product that is configured until [Store.Claim] writes the product into it.
func (d Decision) of(product string) Decision {
	if product == "" || d.Product == "" || d.Product == product {
		return d
	}
	return Decision{Product: d.Product}
}

// Another returns the product that was decided about, if that is another one than the product which is undecided
// therefore; else it is empty.
func (d Decision) Another() string {
	if d.Choice == Undecided && d.Time.IsZero() {
		return d.Product
	}
	return ""
}
