package platformapi

import (
	"slices"
	"strings"
)

// Registration is the part of a device that has the state of its registration. Newer versions have
// a state for each protocol, older ones a single state for the device. Both may also be members of
// the device itself.
type Registration struct {
	State Word       `json:"h323RegistrationState,omitzero"`
	Flat  Word       `json:"sipRegistrationState,omitzero"`
	H323  Registered `json:"plcmH323Identity,omitzero"`
	SIP   Registered `json:"plcmSipIdentity,omitzero"`
	SIPV2 Registered `json:"plcmSipIdentityV2,omitzero"`
}

// Registered holds the state of a [Registration] with one of the protocols.
type Registered struct {
	H323 Word `json:"h323RegistrationState"`
	SIP  Word `json:"sipRegistrationState"`
}

// states lists all states of a registration, in order of precedence.
var states = []Word{"active", "quarantined", "inactive", "quarantined_inactive", "blocked", "not_registered"}

// Current returns the state of the device: active, quarantined, inactive, quarantined_inactive,
// blocked, not_registered, or an undocumented word. If a device uses two protocols, it returns the
// state that comes first in this order. It returns an empty word if the device does not have a
// state.
func (r Registration) Current() (current Word) {
	rank := len(states) + 1
	for _, state := range []Word{r.State, r.Flat, r.H323.H323, r.SIP.SIP, r.SIPV2.SIP} {
		at := slices.Index(states, state)
		if at < 0 {
			at = len(states)
		}
		if state != "" && at < rank {
			current, rank = state, at
		}
	}
	return current
}

// Family returns the family of a device's model, by the beginning of its name. A device chooses the
// text of its model, so any other model is reported as other.
func Family(model string, families []string) string {
	model = strings.TrimPrefix(strings.ToLower(model), "polycom ")
	for _, name := range families {
		if strings.HasPrefix(model, strings.ToLower(name)) {
			return name
		}
	}
	return "other"
}
