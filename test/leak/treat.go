package leak

import (
	"slices"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// category is the only category of the profiles here; each field has the name of its kind.
const category = "measured"

// Text treats a line as a field of free text. The words are added to the vocabulary, like those of
// a product's profile.
func Text(words []string) Treatment {
	m := newMeasured(words, kind.Text)
	return func(l Line) Treated {
		left := m.treat(kind.Text, l.Line)
		return Treated{
			Must: slices.Repeat([]string{left}, len(l.Must)),
			Keep: slices.Repeat([]Left{{Text: left, As: kind.Text}}, len(l.Keep)),
		}
	}
}

// Typed treats each labeled value by itself, as a field of the kind that its notation suggests. If
// only free text could hold a value that must survive, it is skipped.
func Typed() Treatment {
	m := newMeasured(nil, kind.Address, kind.MAC, kind.Hostname, kind.Email, kind.URI, kind.Phone, kind.Name,
		kind.Serial, kind.Version)
	return func(l Line) Treated {
		var treated Treated
		for _, value := range l.Must {
			treated.Must = append(treated.Must, m.treat(kindOf(value), value))
		}
		for _, value := range l.Keep {
			treated.Keep = append(treated.Keep, m.keep(value))
		}
		return treated
	}
}

// measured holds the inputs of the host's anonymizer. Each value is treated separately, so that
// none benefits from an earlier one.
type measured struct {
	key     anonymize.Key
	profile profile.Profile
}

func newMeasured(words []string, kinds ...kind.Kind) measured {
	c := profile.Category{Name: category}
	for _, of := range kinds {
		c.Fields = append(c.Fields, profile.Field{Name: string(of), Kind: of})
	}
	p := profile.Profile{ID: "leaktest", Vocabulary: words, Categories: []profile.Category{c}}
	return measured{anonymize.EphemeralKey(), p}
}

// keep treats a value that must survive.
func (m measured) keep(value string) Left {
	as := keptKindOf(value)
	if as == kind.Text {
		return Left{}
	}
	return Left{Text: m.treat(as, value), As: as, Excuse: excuse(as, value)}
}

// treat sends a value through [anonymize.Treat] and returns the result, or "" if it is dropped.
func (m measured) treat(of kind.Kind, value string) string {
	observed := []usage.Observation{{Category: category, Field: usage.Raw(string(of)), Value: usage.Raw(value)}}
	facts := anonymize.Treat(m.key, m.profile, anonymize.Unnamed(), observed).Facts
	if len(facts) == 0 {
		return ""
	}
	left, _ := facts[0].Value().(string)
	return left
}
