package main

import (
	"context"
	"errors"
	"strings"

	"polycom.com/usagedata/plugins/internal/platformapi"
)

// endpoints is what is known of the registered devices. Of a list that is too long to read, it is their number only.
type endpoints struct {
	total            int64
	active, inactive *int64
	byModel          map[string]int64
}

// device is one of them. Newer versions have the registration's state with each protocol, older ones beside them.
type device struct {
	Model string           `json:"deviceModel"`
	State platformapi.Word `json:"h323RegistrationState"`
	H323  registration     `json:"plcmH323Identity"`
	SIP   registration     `json:"plcmSipIdentity"`
	SIPV2 registration     `json:"plcmSipIdentityV2"`
}

type registration struct {
	H323 platformapi.Word `json:"h323RegistrationState"`
	SIP  platformapi.Word `json:"sipRegistrationState"`
}

// active tells whether the device is registered by at least one protocol; nil where none says.
func (d device) active() *bool {
	told, active := false, false
	for _, state := range []platformapi.Word{d.State, d.H323.H323, d.SIP.SIP, d.SIPV2.SIP} {
		told = told || state != ""
		active = active || state == "active"
	}
	if !told {
		return nil
	}
	return &active
}

func (d *dma) readEndpoints(ctx context.Context) (endpoints, error) {
	e := endpoints{byModel: map[string]int64{}}
	var active tally
	for device, err := range platformapi.Items[device](ctx, d.api, devices) {
		if errors.Is(err, platformapi.ErrTooLong) {
			total, err := platformapi.Count(ctx, d.api, devices)
			return endpoints{total: total}, err
		}
		if err != nil {
			return endpoints{}, err
		}
		e.total++
		e.byModel[family(device.Model)]++
		active.add(device.active())
	}
	if e.active = active.count(); e.active != nil || e.total == 0 {
		inactive := e.total - active.set
		e.active, e.inactive = &active.set, &inactive
	}
	return e, nil
}

// families are the models that are counted, by how their names begin; the profile repeats them. The name is the
// endpoint's own word, so that anything else is only counted as other.
var families = []string{
	"RealPresence Group 300", "RealPresence Group 310", "RealPresence Group 500", "RealPresence Group 550",
	"RealPresence Group 700", "RealPresence Trio", "RealPresence Debut", "RealPresence Centro",
	"RealPresence Desktop", "RealPresence Mobile", "RealPresence Immersive", "HDX", "OTX", "ITP", "RPX", "QDX", "VSX",
	"VVX", "SoundPoint", "SoundStation", "CMA Desktop", "Studio X", "G7500", "Trio", "Cisco", "TANDBERG", "LifeSize",
	"Sony", "Huawei", "Yealink", "Avaya", "Microsoft",
}

func family(model string) string {
	model = strings.TrimPrefix(strings.ToLower(model), "polycom ")
	for _, name := range families {
		if strings.HasPrefix(model, strings.ToLower(name)) {
			return name
		}
	}
	return "other"
}
