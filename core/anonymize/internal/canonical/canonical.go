// Package canonical gives every name one spelling, so that the same thing written differently gets
// the same pseudonym and different things never do. It parses foreign text and does not know the
// key.
package canonical

import "polycom.com/usagedata/core/kind"

// Form returns the kind that a text in a field of kind k turns out to be, and its one spelling. If
// no notation of the kind reads the text, it is a name; so is every text of a kind that this
// version does not know. The form of a form is the form itself.
func Form(k kind.Kind, text string) (kind.Kind, string) {
	text = cleaned(text)
	for range 2 {
		if found, form, ok := read(k, text); ok {
			return found, form
		}
		// Folding may make a text readable. Then it is the same thing as the folded text.
		folded, _ := name(text)
		if folded == text {
			break
		}
		text = folded
	}
	return kind.Name, text
}
