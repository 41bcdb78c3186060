package platformapi

import (
	"slices"
	"strings"
)

// Registration is the part of a device that says whether it is registered. Newer versions have a state
// for each protocol, older ones one state for the device; either may stand in the device itself.
type Registration struct {
	State Word       `json:"h323RegistrationState,omitzero"`
	Flat  Word       `json:"sipRegistrationState,omitzero"`
	H323  Registered `json:"plcmH323Identity,omitzero"`
	SIP   Registered `json:"plcmSipIdentity,omitzero"`
	SIPV2 Registered `json:"plcmSipIdentityV2,omitzero"`
}

// Registered is the state of a registration by one of the protocols.
type Registered struct {
	H323 Word `json:"h323RegistrationState"`
	SIP  Word `json:"sipRegistrationState"`
}

// states are all that a registration can have, the one that counts most first.
var states = []Word{"active", "quarantined", "inactive", "quarantined_inactive", "blocked", "not_registered"}

// Current returns the state of the device: active, quarantined, inactive, quarantined_inactive,
// blocked, not_registered, or a word that no document has. Of a device that has two protocols it is
// the state that comes first here. It is empty if the device says none.
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

// Family returns the family that a device's model belongs to, by how its name begins. The model is the
// device's own word, so any other is only counted as other.
func Family(model string, families []string) string {
	model = strings.TrimPrefix(strings.ToLower(model), "polycom ")
	for _, name := range families {
		if strings.HasPrefix(model, strings.ToLower(name)) {
			return name
		}
	}
	return "other"
}
