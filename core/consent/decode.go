package consent

import (
	"encoding/json"
	"errors"

	"polycom.com/usagedata/core/strictjson"
)

var errNotDecision = errors.New("it does not hold a decision")

// member describes a member of the file: how its value begins, and where it is stored.
type member struct {
	name     string
	begins   byte // checked here, because encoding/json accepts null
	into     any
	optional bool
}

func (d *Decision) members() []member {
	return []member{
		{"choice", '"', &d.Choice, false}, {"time", '"', &d.Time, false}, {"actor", '"', &d.Actor, false},
		{"way", '"', &d.Way, true}, {"eula", '"', &d.EULA, true}, {"profile", 0, &d.Profile, true},
		{"fields", '[', &d.Fields, true}, {"product", '"', &d.Product, true}, {"id", '"', &d.ID, true},
		{"after", '"', &d.After, true}, {"remove_sent", 't', &d.RemoveSent, true},
		{"left_out", '[', &d.LeftOut, true},
	}
}

// decode reads a decision more strictly than encoding/json: names must match exactly, no member may
// come twice, nothing may follow. If a file holds two choices, neither is the customer's.
func decode(text []byte) (Decision, error) {
	found, err := strictjson.Parse(text)
	if err != nil {
		return Decision{}, errNotDecision
	}
	var d Decision
	for _, m := range d.members() {
		value := found.Find(m.name)
		if value == nil && m.optional {
			continue
		}
		// the error of encoding/json could repeat the content
		if !m.fits(value) || json.Unmarshal(value, m.into) != nil {
			return Decision{}, errNotDecision
		}
	}
	return d, d.check()
}

// fits reports whether a value begins as the member's values do. A number may begin in several
// ways.
func (m member) fits(value []byte) bool {
	if len(value) == 0 {
		return false
	}
	if m.begins == 0 {
		return value[0] >= '0' && value[0] <= '9'
	}
	return value[0] == m.begins
}
