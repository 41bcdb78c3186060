package api

import (
	"encoding/json"
	"errors"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/strictjson"
)

// decisionRequest is the body of a PUT.
type decisionRequest struct {
	Choice  consent.Choice
	Profile int
	EULA    string
	LeftOut []string // nil if it is not given

	RemoveSent bool
}

// maxEULA bounds the version of a license agreement, in bytes.
const maxEULA = 100

var (
	errNotDecision = errors.New("the body must be a JSON object with choice, profile and optionally left_out, eula " +
		"and remove_sent, each once")
	errChoice     = errors.New("choice must be allowed or denied")
	errProfile    = errors.New("profile must be the version that was shown, a whole number")
	errRemoveSent = errors.New("remove_sent must be true or false, and only a denial may have it")
	errLeftOut    = errors.New("left_out must be a list of categories, and only when allowing")
	errEULA       = errors.New("eula must be one line of at most 100 printable bytes")
)

// decode is stricter than encoding/json: if a body holds two choices, neither is the
// administrator's. Its errors repeat nothing of the body.
func decode(text []byte) (w decisionRequest, err error) {
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
		case "left_out":
			if json.Unmarshal(m.Value, &w.LeftOut) != nil || w.LeftOut == nil {
				return w, errLeftOut
			}
		case "eula":
			if json.Unmarshal(m.Value, &w.EULA) != nil || w.EULA == "" || !admin.IsLine(w.EULA, maxEULA) {
				return w, errEULA
			}
		case "remove_sent":
			if string(m.Value) == "null" || json.Unmarshal(m.Value, &w.RemoveSent) != nil {
				return w, errRemoveSent
			}
		default:
			return w, errNotDecision
		}
	}
	return w, w.check()
}

func (w decisionRequest) check() error {
	switch {
	case w.Choice == consent.Undecided: // a decision cannot be undone to undecided
		return errChoice
	case w.Choice == consent.Allowed && w.Profile == 0:
		return errProfile
	case w.Choice == consent.Allowed && w.RemoveSent:
		return errRemoveSent
	case w.Choice != consent.Allowed && w.LeftOut != nil:
		return errLeftOut
	}
	return nil
}
