package usage

import (
	"slices"
	"strings"
	"unicode"
)

// Reason says why a category is not in the document. The list is closed, because a reason travels
// with the document, and a source's error text would carry host names.
type Reason string

// The reasons. The zero value is the least specific.
const (
	Unexplained    Reason = ""
	NotConfigured  Reason = "not_configured"
	Misconfigured  Reason = "misconfigured"
	NotOnRelease   Reason = "not_on_this_release"
	NotOnMachine   Reason = "not_on_this_machine"
	MoreThanListed Reason = "more_than_listed"
	NotFound       Reason = "source_not_found"
	Refused        Reason = "connection_refused"
	Unresolved     Reason = "name_not_resolved"
	TimedOut       Reason = "timed_out"
	Untrusted      Reason = "certificate_not_trusted"
	LoginRefused   Reason = "login_refused"
	NotPermitted   Reason = "not_permitted"
	SourceFailed   Reason = "source_failed"
	SourceStarting Reason = "source_starting"
	NotYet         Reason = "not_yet"
	Malformed      Reason = "malformed_answer"
	Crashed        Reason = "collector_crashed"
	PluginFailed   Reason = "plugin_failed"
	NotSent        Reason = "not_sent_by_plugin"
	TooLarge       Reason = "too_large"
	Withheld       Reason = "withheld"
	NothingAllowed Reason = "nothing_approved"
	NotAccepted    Reason = "not_accepted"
	LeftOut        Reason = "left_out"
	Inapplicable   Reason = "not_applicable"
)

var sentences = map[Reason]string{
	Unexplained:    "not available",
	NotConfigured:  "not available: the source is not configured",
	Misconfigured:  "not available: a setting of the source, or the file that it names, can not be used",
	NotOnRelease:   "not available on this release of the product",
	NotOnMachine:   "not available on this machine",
	MoreThanListed: "not complete: there are more entries than are listed",
	NotFound:       "not available: the source does not exist",
	Refused:        "not available: connection refused",
	Unresolved:     "not available: the source's name was not resolved",
	TimedOut:       "not available: the source did not answer in time",
	Untrusted:      "not available: the source's certificate is not trusted",
	LoginRefused:   "not available: the source refused the login",
	NotPermitted:   "not available: the service may not read the source",
	SourceFailed:   "not available: the source reported an error",
	SourceStarting: "not available: the source is starting up or recovering",
	NotYet:         "not known yet: it is measured from one cycle to the next",
	Malformed:      "not available: the source's answer was not understood",
	Crashed:        "not available: the collector crashed",
	PluginFailed:   "not available: the plugin failed",
	NotSent:        "not available: the plugin did not send it",
	TooLarge:       "left out: the document would have been too large",
	Withheld:       "withheld: it held a value that identifies the customer",
	NothingAllowed: "left out: not as the profile approves it",
	NotAccepted:    "left out: the administrator has not accepted it yet",
	LeftOut:        "left out by the administrator",
	Inapplicable:   "not applicable to this product",
}

// hosts lists the reasons that only the host gives: they describe how it treated a plugin's answer.
var hosts = []Reason{PluginFailed, NotSent, TooLarge, Withheld, NothingAllowed, NotAccepted, LeftOut}

// FromPlugin returns the reason with this word, as sent by a plugin. It returns [Unexplained] if
// the word is not in the list, because it could hold a name, or if only the host may give that
// reason.
func FromPlugin(word string) Reason {
	r := Reason(word)
	if _, known := sentences[r]; !known || slices.Contains(hosts, r) {
		return Unexplained
	}
	return r
}

// Sentence returns the text for the document. If this version does not know the reason, the text
// says only that the category is not available.
func (r Reason) Sentence() string {
	if s, ok := sentences[r]; ok {
		return s
	}
	return sentences[Unexplained]
}

// ReasonOf returns the reason with this sentence, and whether there is one.
func ReasonOf(sentence string) (r Reason, known bool) {
	for reason, s := range sentences {
		if s == sentence {
			return reason, true
		}
	}
	return Unexplained, false
}

// expected lists the reasons for which something is missing although nothing failed: the product, the
// administrator or the profile leaves it out, or it will be known later.
var expected = []Reason{NotConfigured, NotOnRelease, NotOnMachine, MoreThanListed, NotYet, TooLarge, Withheld,
	NothingAllowed, NotAccepted, LeftOut, Inapplicable}

// IsFailure reports whether something failed about which an administrator or the product's team can
// do something. A reason that this version does not know counts as one.
func (r Reason) IsFailure() bool { return !slices.Contains(expected, r) }

// Omission is a category, or one field of it, that could not be collected.
type Omission struct {
	Category string
	Field    string // empty for the whole category
	Reason   Reason
}

// Name returns the category's name, or category.field.
func (o Omission) Name() string {
	if o.Field == "" {
		return o.Category
	}
	return o.Category + "." + o.Field
}

// Words returns the words of the reasons and their sentences. They are the service's own, so a log
// line may show them.
func Words() []string {
	var words []string
	for reason, sentence := range sentences {
		words = append(words, string(reason))
		words = append(words, strings.FieldsFunc(sentence, func(r rune) bool { return !unicode.IsLetter(r) })...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}
