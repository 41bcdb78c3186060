package api

import (
	"encoding/json"
	"errors"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/internal/strictjson"
)

// wish is the body of a PUT.
type wish struct {
	Choice  consent.Choice
	Profile int
	EULA    string
}

// maxEULA bounds the version of a license agreement, in bytes.
const maxEULA = 100

var (
	errNotDecision = errors.New("it is not an object with choice, profile and, if need be, eula, each once")
	errChoice      = errors.New("its choice is neither allowed nor denied")
	errProfile     = errors.New("its profile is not the version that was shown, a whole number")
	errEULA        = errors.New("its eula is not one line of at most 100 printable bytes")
)

// decode is stricter than encoding/json: if a body holds two choices, neither is the
// administrator's. Its errors repeat nothing of the body.
func decode(text []byte) (w wish, err error) {
	members, err := strictjson.Parse(text)
	if err != nil {
		return w, errNotDecision
	}
	for _, m := range members {
		switch m.Name {
		case "choice":
			if json.Unmarshal(m.Value, &w.Choice) != nil {
				return w, errChoice
			}
		case "profile":
			if json.Unmarshal(m.Value, &w.Profile) != nil || w.Profile < 1 {
				return w, errProfile
			}
		case "eula":
			if json.Unmarshal(m.Value, &w.EULA) != nil || w.EULA == "" || !admin.IsLine(w.EULA, maxEULA) {
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
	case w.Choice == consent.Undecided: // a decision cannot be undone to undecided
		return errChoice
	case w.Choice == consent.Allowed && w.Profile == 0:
		return errProfile
	}
	return nil
}
