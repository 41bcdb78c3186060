package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
)

// CAT-feature_configuration: the numbers are the same on a release that lists dial rules below
// their dial plans only.
func TestDialRulesByPlan(t *testing.T) {
	t.Parallel()
	site := api.Believable()
	want := knownFeatures(site.Counts())
	byPlan := site.ByDialPlan()
	a := parts{api: appliance.PlatformAPI(t, api.Config{Site: &byPlan})}
	got := collect(t, a.on(t)).Values["feature_configuration"]
	for _, feature := range []string{"dial_rules", "lync"} {
		if diff := cmp.Diff(want[feature], got[feature]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", feature, diff)
		}
	}
}

// A plan whose rules can't be read costs the features that count them. Its identifier, the
// customer's, is in no log line.
func TestADialPlanThatFails(t *testing.T) {
	t.Parallel()
	site := api.Believable().ByDialPlan()
	a := parts{api: appliance.PlatformAPI(t, api.Config{Site: &site})}
	path := rulesPath(t, a)
	a.api.Faults.Set(path, api.Fault{HTML: true})
	got := collect(t, a.on(t))
	for _, field := range []string{"feature_configuration.dial_rules", "feature_configuration.lync"} {
		if got.Omitted[field] != sdk.Malformed {
			t.Errorf("%s: got %q, want %q", field, got.Omitted[field], sdk.Malformed)
		}
	}
	if id := strings.Split(path, "/")[2]; strings.Contains(got.Log, id) {
		t.Errorf("the log names a dial plan:\n%s", got.Log)
	}
}

// rulesPath is that of some dial plan, as a collect asks for it.
func rulesPath(t *testing.T, a parts) string {
	t.Helper()
	collect(t, a.on(t))
	for path := range a.api.Requests() {
		if strings.HasPrefix(path, "/dial-plans/") {
			return path
		}
	}
	t.Fatal("no rules of a dial plan were asked for")
	return ""
}

// What is no identifier never becomes a part of a path.
func TestPathsOfDialPlans(t *testing.T) {
	for _, id := range []string{"", "..", "a/b", "a?b", "a b", ".", strings.Repeat("a", 65), "-a", "ä"} {
		if _, err := rulesOf(id); sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%q: got %v, want it refused", id, err)
		}
	}
	if got, err := rulesOf("7c4a-11"); err != nil || got.Path != "/dial-plans/7c4a-11/dial-rules" {
		t.Errorf("got %q, %v", got.Path, err)
	}
}
