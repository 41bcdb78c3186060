package platformapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// CAT-*: a device is active that is registered by any protocol, in the members of any version.
func TestDevices(t *testing.T) {
	const h323, sip, sipV2 = `{"plcmH323Identity":{"h323RegistrationState":"INACTIVE"}}`,
		`{"plcmSipIdentity":{"sipRegistrationState":"ACTIVE"}}`, `{"plcmSipIdentityV2":{"sipRegistrationState":"ACTIVE"}}`
	for body, want := range map[string]string{
		`[]`: "0 0", `[{}]`: "<nil> <nil>", `[{},{"h323RegistrationState":"ACTIVE"}]`: "1 1",
		`[` + h323 + `]`: "0 1", `[` + h323 + `,` + sip + `]`: "1 1",
		`[` + sipV2 + `,{"h323RegistrationState":"OTHER"}]`:  "1 1",
		strings.ReplaceAll(`[`+h323+`,`+sip+`]`, `},{`, `,`): "1 0", // one device, by two protocols
	} {
		var list []Registration
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatal(err)
		}
		var active Tally
		for _, r := range list {
			active.Add(r.Active())
		}
		set, others := active.Of(int64(len(list)))
		if got := said(set) + " " + said(others); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
		if got := said(active.Count()); len(list) > 0 && got != said(set) {
			t.Errorf("%s: got count %s, want %s", body, got, said(set))
		}
	}
}

func said(number *int64) string {
	if number == nil {
		return "<nil>"
	}
	return fmt.Sprint(*number)
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
