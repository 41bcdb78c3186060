package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode"
	"unicode/utf8"

	"polycom.com/usagedata/core/consent"
)

// wish is the body of a PUT.
type wish struct {
	Choice  consent.Choice
	Profile int
	EULA    string
}

// maxEULA bounds the version of a licence agreement, in bytes.
const maxEULA = 100

var (
	errNotDecision = errors.New("it is not an object with choice, profile and, if need be, eula, each once")
	errChoice      = errors.New("its choice is neither allowed nor denied")
	errProfile     = errors.New("its profile is not the version that was shown, a whole number")
	errEULA        = errors.New("its eula is not one line of at most 100 printable bytes")
)

// decode is stricter than encoding/json: of two choices in one body neither is the administrator's. The errors repeat
// nothing of it.
func decode(text []byte) (w wish, err error) {
	members, err := split(text)
	if err != nil {
		return w, err
	}
	for name, value := range members {
		switch name {
		case "choice":
			if text, ok := value.(string); !ok || w.Choice.UnmarshalText([]byte(text)) != nil {
				return w, errChoice
			}
		case "profile":
			number, _ := value.(json.Number)
			if err := json.Unmarshal([]byte(number), &w.Profile); err != nil || w.Profile < 1 {
				return w, errProfile
			}
		case "eula":
			text, _ := value.(string)
			if w.EULA = text; !oneLine(text) {
				return w, errEULA
			}
		default:
			return w, errNotDecision
		}
	}
	return w, w.whole()
}

func (w wish) whole() error {
	switch {
	case w.Choice == consent.Undecided: // nobody can become undecided again
		return errChoice
	case w.Choice == consent.Allowed && w.Profile == 0:
		return errProfile
	}
	return nil
}

// split takes one flat object apart. Names are exactly so, none comes twice, nothing follows.
func split(text []byte) (map[string]any, error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	if open, err := in.Token(); err != nil || open != json.Delim('{') || !utf8.Valid(text) {
		return nil, errNotDecision
	}
	members := map[string]any{}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, errNotDecision
		}
		value, err := in.Token()
		if _, nested := value.(json.Delim); nested || err != nil {
			return nil, errNotDecision
		}
		if _, twice := members[name.(string)]; twice {
			return nil, errNotDecision
		}
		members[name.(string)] = value
	}
	if _, err := in.Token(); err != nil { // the closing brace
		return nil, errNotDecision
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, errNotDecision
	}
	return members, nil
}

func oneLine(text string) bool {
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return text != "" && len(text) <= maxEULA
}
