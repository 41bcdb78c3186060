package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/stage"
)

// canaries are identities to plant: one of each kind, and of each kind of address. Nothing else in
// these tests has such a name.
var canaries = map[string]string{
	"address":  "172.29.188.61",
	"internal": "10.214.77.193", // versions may look like addresses of this network
	"ipv6":     "2001:db8:c0de:77::1f4a",
	"mac":      "02:a7:5c:e1:94:3b",
	"hostname": "seerose-17.labor-kiefer.example",
	"user":     "wiebke.tausendschoen",
	"email":    "w.tausendschoen@labor-kiefer.example",
	"uri":      "sip:blaumeise-4@labor-kiefer.example;transport=tls",
	"phone":    "+49 89 5551 04477",
	"device":   "Raum Blaumeise 4",
	"system":   "Verbund Kranichsee",
	"site":     "Standort Ährenfeld",
	"name":     "Łukasz Brzęczyszczykiewicz",
	"dn":       "CN=Wiebke Tausendschön,OU=Labor,DC=labor-kiefer,DC=example",
}

// ANON-1: a product answers with an identity where a constant, a model or a version is expected, in
// any encoding. No byte of it leaves through the real plugin, the real host and real TLS, and no
// byte gets into the journal, the logs or the waiting documents.
func TestNoCanaryLeaves(t *testing.T) {
	names := slices.Sorted(maps.Values(canaries))
	for encoding, encode := range encodings {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			noneLeaves(t, names, names, encode, 0)
		})
	}
}

// The same holds if nothing else in the document shows that the texts are names, so that the leak
// gate does not know them. Two cases are left out, in which the form of a version can't be
// distinguished from that of a name: an address in 10.0.0.0/8, and a name after a version.
func TestNoCanaryLeavesThatTheGateDoesNotKnow(t *testing.T) {
	names := slices.DeleteFunc(slices.Sorted(maps.Values(canaries)),
		func(name string) bool { return name == canaries["internal"] })
	for encoding, encode := range encodings {
		if encoding == "version" {
			continue
		}
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			noneLeaves(t, names, slices.Repeat([]string{"cluster"}, len(names)), encode, 1)
		})
	}
}

// noneLeaves plants the encoded names, counted from first, in the answers of a [platformapi.Site]
// with these clusters, and fails if any of them leaves.
func noneLeaves(t *testing.T, names, clusters []string, encode func(string, int) string, first int) {
	var planted []string
	for i, name := range names {
		planted = append(planted, encode(name, first+i))
	}
	p := hour(t, set(t, stage.Plan{Product: "dma", Site: plant(clusters, planted)}))
	p.wantNone(t, names)
	p.wantNone(t, planted)
	p.wantTheRest(t)
	if got := p.treated(t)["suppressed"]; got < 3*len(planted) {
		t.Errorf("got %d values suppressed, want each canary at least as a word, a key and a cipher", got)
	}
}

// wantTheRest fails unless the values that have nothing to do with the canaries arrived: an empty
// document proves nothing.
func (p played) wantTheRest(t *testing.T) {
	t.Helper()
	facts := platformapi.Believable().Counts()
	counts := p.categories(t)["counts"]
	if got, want := counts["users_local"], float64(facts.Users); got != want {
		t.Errorf("got %v users, want %v", got, want)
	}
	if !strings.Contains(string(p.document.Body), platformapi.Believable().SerialNumber()) {
		t.Error("the serial number is not in the document")
	}
}
