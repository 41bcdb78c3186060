// Package consent holds the customer's decision whether usage data is sent. Nothing is sent unless
// the decision is there, whole and yes (CONS-1, CONS-3): a missing file means that the customer was
// not asked yet, and anything that cannot be trusted means no.
package consent

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// NotAllowed is the reason, for a person, why nothing is collected or sent without consent.
const NotAllowed = "sending usage data is not allowed"

// Choice is the customer's answer. The zero value is [Undecided].
type Choice int

// The choices.
const (
	Undecided Choice = iota
	Denied
	Allowed
)

var choices = map[Choice]string{Undecided: "undecided", Denied: "denied", Allowed: "allowed"}

// String returns the choice as a word, as in the file.
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
		return nil, fmt.Errorf("choice %d is not defined", int(c))
	}
	return []byte(word), nil
}

// UnmarshalText accepts exactly the words that [Choice.MarshalText] writes. For any other text it
// sets [Denied] and returns an error.
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

// Decision is a [Choice] and how it came about. A [Store] keeps it.
type Decision struct {
	Choice Choice `json:"choice"`
	// Time is when it was made, by the appliance's clock.
	Time time.Time `json:"time,omitzero"`
	// Actor is the administrator's account that decided, as far as the appliance knows.
	Actor string `json:"actor,omitempty"`
	// Way is one of the ways below.
	Way string `json:"way,omitempty"`
	// EULA is the version of the end user license agreement that was accepted last; empty if none
	// is known.
	EULA string `json:"eula,omitempty"`
	// Profile is the version of the profile that was shown.
	Profile int `json:"profile,omitempty"`
	// Fields are the fields that an [Allowed] accepts: the profile's approved fields of that
	// moment. All others stay unsent.
	Fields []string `json:"fields,omitempty"`
	// LeftOut are the categories that the administrator left out, sorted: they are not collected. A
	// denial keeps them for the next [Allowed]. A decision from before there was a choice has none.
	LeftOut []string `json:"left_out,omitempty"`
	// Product is the id of the product that the decision was made for. It is empty in a decision of
	// version 0.1.0, and in a denial that could not learn which product is configured, which denies
	// every product.
	Product string `json:"product,omitempty"`
	// ID distinguishes this decision from every other one. It is empty in a decision of version
	// 0.1.0.
	ID string `json:"id,omitempty"`
	// After is the ID of the denial, kept in a file of its own, that had been seen when this was
	// allowed. See [Store.Overrule].
	After string `json:"after,omitempty"`
	// RemoveSent means that a [Denied] also removes the documents that were sent and are kept.
	RemoveSent bool `json:"remove_sent,omitempty"`
}

// The ways in which a decision is made.
const (
	ByCommand = "command" // usagedata consent
	ByPage    = "page"    // our page, or the product's own before it
	ByAPI     = "API"     // a program, at the socket
	ByEULA    = "EULA"    // an installer, with the end user license agreement
)

// MaxName bounds an actor, way, license agreement, product or ID, in bytes. A longer one cannot be
// read again.
const MaxName = 200

// Bounds of the file in bytes: its size; a field. maxFields bounds the number of fields: the product
// with most has 171, of 7,550 bytes together.
const (
	maxSize   = 128 << 10
	maxField  = 200
	maxFields = 500
	// of categories: a profile has at most as many as fields
	maxLeftOut = maxFields
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
		return errors.New("its profile version is negative")
	case len(d.Fields) > maxFields || slices.ContainsFunc(d.Fields, badField) || !slices.IsSorted(d.Fields):
		return errors.New("its list of fields is invalid")
	case len(d.LeftOut) > maxLeftOut || slices.ContainsFunc(d.LeftOut, badField) || !ascending(d.LeftOut):
		return errors.New("its list of categories that are left out is invalid")
	}
	return nil
}

func tooLong(name string) bool { return len(name) > MaxName }

// ascending reports whether the names are sorted and no name comes twice.
func ascending(names []string) bool {
	return slices.IsSorted(names) && len(slices.Compact(slices.Clone(names))) == len(names)
}

func badField(field string) bool { return field == "" || len(field) > maxField }

// is reports whether other is the same decision. If only the accepted version of the license
// agreement differs, it still is.
func (d Decision) is(other Decision) bool {
	return d.ID == other.ID && d.Choice == other.Choice && d.Product == other.Product && d.Actor == other.Actor &&
		d.Time.Equal(other.Time) && d.Profile == other.Profile && slices.Equal(d.Fields, other.Fields) &&
		slices.Equal(d.LeftOut, other.LeftOut)
}

// of returns the decision as it counts for a product. If it was made for another product, this one
// is undecided, and the result names that other product. A denial that names no product denies all
// of them. A decision of version 0.1.0 names none either, and counts for the configured product
// until [Store.Claim] writes the product into it.
func (d Decision) of(product string) Decision {
	if product == "" || d.Product == "" || d.Product == product {
		return d
	}
	return Decision{Product: d.Product}
}

// Another returns the product that the decision was made for, if that is why the store's product is
// undecided; otherwise it returns "".
func (d Decision) Another() string {
	if d.Choice == Undecided && d.Time.IsZero() {
		return d.Product
	}
	return ""
}
