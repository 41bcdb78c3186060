package platformapi

import "strings"

// Registration is the part of a device that says whether it is registered. Newer versions have a state
// for each protocol, older ones one state for the device.
type Registration struct {
	State Word       `json:"h323RegistrationState"`
	H323  Registered `json:"plcmH323Identity"`
	SIP   Registered `json:"plcmSipIdentity"`
	SIPV2 Registered `json:"plcmSipIdentityV2"`
}

// Registered is the state of a registration by one of the protocols.
type Registered struct {
	H323 Word `json:"h323RegistrationState"`
	SIP  Word `json:"sipRegistrationState"`
}

// Active reports whether the device is registered by at least one protocol; nil if it has no state.
func (r Registration) Active() *bool {
	known, active := false, false
	for _, state := range []Word{r.State, r.H323.H323, r.SIP.SIP, r.SIPV2.SIP} {
		known = known || state != ""
		active = active || state == "active"
	}
	if !known {
		return nil
	}
	return &active
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

// Tally counts the items of a list that have a flag set. If no item has the flag, the number is not known.
type Tally struct {
	set   int64
	known bool
}

// Add counts an item.
func (t *Tally) Add(flag *bool) {
	if flag == nil {
		return
	}
	t.known = true
	if *flag {
		t.set++
	}
}

// Count is the number of items with the flag set.
func (t Tally) Count() *int64 {
	if !t.known {
		return nil
	}
	return &t.set
}

// Of returns how many of a list's items have the flag set, and how many do not. Of an empty list, none have it.
func (t Tally) Of(total int64) (set, others *int64) {
	if !t.known && total > 0 {
		return nil, nil
	}
	rest := total - t.set
	return &t.set, &rest
}
