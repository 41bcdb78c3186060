package compare

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const document = `{
  "system": "system-1", "product": {"id": "acme", "name": "Acme"}, "profile": 3,
  "categories": {
    "license_information": {"serial_number": "8K<31>",
      "features": [{"name": "CALLS", "count": 100}, {"name": "SECURE"}]},
    "counts": {"users": 12, "calls": {"sip": 7, "h323": 2}, "peers": ["hostname-a1", "hostname-b2"], "on": true}
  },
  "treated": {"kept": 9}
}
`

// Every value that was collected is compared by its path; a change of the profile or of the identity is
// said.
func TestDocuments(t *testing.T) {
	after := strings.NewReplacer(`"users": 12`, `"users": 13, "sites": 4`, `"h323": 2`, `"h323": 2, "webrtc": 1`,
		`, {"name": "SECURE"}`, ``, `["hostname-a1", "hostname-b2"]`, `[]`, `true`, `false`, `"kept": 9`, `"kept": 8`,
		`"profile": 3`, `"profile": 4`, "system-1", "system-2").Replace(document)
	got, err := Documents([]byte(document), []byte(after))
	if err != nil {
		t.Fatal(err)
	}
	want := []Difference{
		{Changed, "counts", "users", "12", "13"}, {Added, "counts", "sites", "", "4"},
		{Added, "counts", "calls.webrtc", "", "1"}, {Added, "counts", "peers", "", "none"},
		{Changed, "counts", "on", "true", "false"},
		{Removed, "license_information", "features[2].name", "SECURE", ""},
		{Removed, "counts", "peers[1]", "hostname-a1", ""}, {Removed, "counts", "peers[2]", "hostname-b2", ""},
	}
	if diff := cmp.Diff(want, got.Differences); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if notes := strings.Join(got.Notes(), "\n"); !strings.Contains(notes, "profile 3, the second with profile 4") ||
		!strings.Contains(notes, "identity was renewed") {
		t.Errorf("got %q", notes)
	}
	same, err := Documents([]byte(document), []byte(document))
	if err != nil || len(same.Differences)+len(same.Notes()) > 0 {
		t.Errorf("the same: got %v, %v want nothing", same, err)
	}
	for _, other := range []string{"", "[]", "null", document + "{}", strings.Repeat(`{"categories":`, 40) + "1" +
		strings.Repeat("}", 40), strings.Replace(document, `"acme"`, `"other"`, 1)} {
		if got, err := Documents([]byte(document), []byte(other)); err == nil {
			t.Errorf("%.20q: got %v", other, got)
		}
	}
}

func FuzzDocuments(f *testing.F) {
	f.Add([]byte(document))
	f.Fuzz(func(t *testing.T, text []byte) {
		same, err := Documents(text, text)
		if err == nil && len(same.Differences) > 0 {
			t.Errorf("%q differs from itself: %v", text, same)
		}
	})
}
