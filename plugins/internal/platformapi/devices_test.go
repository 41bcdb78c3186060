package platformapi

import (
	"strings"
	"testing"
)

// CAT-*: a device has one of the six documented states of a registration, in the members of any
// version. If it has two protocols, the more important state counts.
func TestStatesOfDevices(t *testing.T) {
	h323 := func(state string) string { return `"plcmH323Identity":{"h323RegistrationState":"` + state + `"}` }
	sip := func(state string) string { return `"plcmSipIdentity":{"sipRegistrationState":"` + state + `"}` }
	sipV2 := func(state string) string { return `"plcmSipIdentityV2":{"sipRegistrationState":"` + state + `"}` }
	for body, want := range map[string]Word{
		``: "", sip("BLOCKED"): "blocked", sipV2("QUARANTINED_INACTIVE"): "quarantined_inactive",
		h323("NOT_REGISTERED"): "not_registered", `"h323RegistrationState":"inactive"`: "inactive",
		`"sipRegistrationState":"INACTIVE"`: "inactive", `"sipRegistrationState":"ACTIVE",` + sipV2("BLOCKED"): "active",
		`"h323RegistrationState":"ACTIVE","sipRegistrationState":"INACTIVE"`: "active",
		h323("INACTIVE") + `,` + sip("ACTIVE"):                               "active",
		h323("INACTIVE") + `,` + sip("QUARANTINED"):                          "quarantined",
		h323("ACTIVE") + `,` + sip("QUARANTINED"):                            "active",
		h323("BLOCKED") + `,` + sip("NOT_REGISTERED"):                        "blocked",
		h323("ON_HOLIDAY"): "on_holiday", h323("ON_HOLIDAY") + `,` + sip("BLOCKED"): "blocked",
		`"plcmSipIdentity":{"sipRegistrationState":7},` + h323("ACTIVE"): "active",
		`"plcmSipIdentity":"sip:a@b.example"`:                            "", `"plcmSipIdentity":null`: "",
	} {
		var r struct {
			Other string `json:"other"`
			Registration
		}
		if err := decode(strings.NewReader(`{"other":"a",`+body+`}`), &r); body != "" && err != nil {
			t.Fatal(body, err)
		}
		if got := r.Current(); got != want {
			t.Errorf("%s: got %q want %q", body, got, want)
		}
	}
}

func TestFamily(t *testing.T) {
	families := []string{"RealPresence Group 300", "HDX"}
	for model, want := range map[string]string{
		"RealPresence Group 300": "RealPresence Group 300", "Polycom HDX 7000": "HDX", "hdx": "HDX",
		"": "other", "HD": "other", "Room of Dr. HDX": "other",
	} {
		if got := Family(model, families); got != want {
			t.Errorf("%q: got %q, want %q", model, got, want)
		}
	}
}
