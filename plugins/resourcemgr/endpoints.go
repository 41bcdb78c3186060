package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"polycom.com/usagedata/plugins/internal/platformapi"
)

// endpoints is what is known of the managed endpoints. Of a list that is too long to read, it is their number only.
type endpoints struct {
	total int64
	endpointStates
	unread error // why it is their number only
}

type endpointStates struct {
	Online  *int64           `usage:"online"`
	Offline *int64           `usage:"offline"`
	ByType  map[string]int64 `usage:"by_type"`
}

// device is one of them. Newer versions have the registration's state with each protocol, older ones beside them.
type device struct {
	Type  family           `json:"deviceModel"`
	State platformapi.Word `json:"h323RegistrationState"`
	H323  registration     `json:"plcmH323Identity"`
	SIP   registration     `json:"plcmSipIdentity"`
	SIPV2 registration     `json:"plcmSipIdentityV2"`
}

type registration struct {
	H323 platformapi.Word `json:"h323RegistrationState"`
	SIP  platformapi.Word `json:"sipRegistrationState"`
}

// online tells whether the device is registered by at least one protocol, which is our reading of the word.
func (d device) online() (online, told bool) {
	for _, state := range []platformapi.Word{d.State, d.H323.H323, d.SIP.SIP, d.SIPV2.SIP} {
		told = told || state != ""
		online = online || state == "active"
	}
	return online, told
}

func (m *manager) readEndpoints(ctx context.Context) (endpoints, error) {
	var online int64
	e := endpoints{endpointStates: endpointStates{ByType: map[string]int64{}}}
	toldByAny := false
	for device, err := range platformapi.Items[device](ctx, m.api, devices) {
		if errors.Is(err, platformapi.ErrTooLong) {
			total, err := platformapi.Count(ctx, m.api, devices)
			return endpoints{total: total, unread: platformapi.ErrTooLong}, err
		}
		if err != nil {
			return endpoints{}, err
		}
		e.total++
		e.ByType[cmp.Or(string(device.Type), other)]++
		is, told := device.online()
		if is {
			online++
		}
		toldByAny = toldByAny || told
	}
	if offline := e.total - online; toldByAny || e.total == 0 {
		e.Online, e.Offline = &online, &offline
	}
	return e, nil
}

// families are the types that are counted, by how the models' names begin; the profile repeats them. The name is the
// endpoint's own word, so that anything else is only counted as other.
var families = []string{
	"RealPresence Group", "RealPresence Trio", "RealPresence Debut", "RealPresence Centro", "RealPresence Desktop",
	"RealPresence Mobile", "RealPresence Immersive", "HDX", "OTX", "ITP", "RPX", "QDX", "VSX", "VVX", "SoundPoint",
	"SoundStation", "CMA Desktop", "Studio X", "G7500", "Trio", "Cisco", "TANDBERG", "LifeSize", "Sony",
	"Huawei", "Yealink",
	"Avaya", "Microsoft",
}

// family is what an endpoint's model is decoded into: its own word is not kept, and not remembered until the next
// cycle.
type family string

const other = "other"

// UnmarshalJSON finds the family by how the model's name begins.
func (f *family) UnmarshalJSON(text []byte) error {
	var model string
	if err := json.Unmarshal(text, &model); err != nil {
		return err
	}
	*f = familyOf(model)
	return nil
}

func familyOf(model string) family {
	model = strings.TrimPrefix(strings.ToLower(model), "polycom ")
	for _, name := range families {
		if strings.HasPrefix(model, strings.ToLower(name)) {
			return family(name)
		}
	}
	return other
}
