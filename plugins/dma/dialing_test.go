package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/omitted"
)

// If the rules of a plan can't be read, the fields that count them are missing. The plan's
// identifier is the customer's and appears in no log line.
func TestFailingDialPlan(t *testing.T) {
	t.Parallel()
	a := parts{api: appliance.PlatformAPI(t, api.Config{})}
	path := api.DialRules(1)
	a.api.Faults.Set(path, api.Fault{HTML: true})
	got := collect(t, a.on(t))
	omitted.Want(t, got, omitted.And(apart, omitted.Because(sdk.Malformed, rulesParts...)))
	rules, _ := got.Values["feature_configuration"]["dial_rules"].(map[string]any)
	lync, _ := got.Values["feature_configuration"]["lync"].(map[string]any)
	if rules["dial_plans"] != int64(3) || lync["enabled"] != true || lync["sip_peers"] != int64(1) {
		t.Errorf("got dial rules %v and Lync %v, want the plans and the peers", rules, lync)
	}
	if id := strings.Split(path, "/")[2]; strings.Contains(got.Log, id) {
		t.Errorf("the log names a dial plan:\n%s", got.Log)
	}
}

// rulesParts are the fields computed from all rules.
var rulesParts = []string{
	"feature_configuration.dial_rules.total", "feature_configuration.dial_rules.enabled",
	"feature_configuration.dial_rules.by_action", "feature_configuration.dial_rules.preliminary_scripts",
	"feature_configuration.lync.dial_rules",
}

// An identifier of a dial plan is escaped to one element of a path, whatever characters it has.
func TestPathsOfDialPlans(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "..", ".", strings.Repeat("a", 129)} {
		if _, err := rulesOf(id); sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%q: got %v, want it refused", id, err)
		}
	}
	site := api.Believable().WithDialPlans("7c4a-11", "a/b", "a?b=c", "a b", "ä#1", "100%", "../users", "a%2Fb",
		"-a;x", "a+b")
	a := parts{api: appliance.PlatformAPI(t, api.Config{Site: &site})}
	rules, _ := collect(t, a.on(t)).Values["feature_configuration"]["dial_rules"].(map[string]any)
	if rules["total"] != int64(10) || rules["dial_plans"] != int64(10) {
		t.Errorf("got %v, want the rule of each of ten plans", rules)
	}
}

// Without a dial plan there are no rules. If there are too many plans, the plans are counted, and
// the rules are not requested.
func TestNumbersOfDialPlans(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]map[string]any{
		0:   {"total": int64(0), "enabled": int64(0), "by_action": map[string]any{}, "preliminary_scripts": int64(0)},
		50:  {"total": int64(50), "enabled": int64(43), "preliminary_scripts": int64(10)},
		51:  {},
		500: {},
	} {
		ids := make([]string, n)
		for i := range ids {
			ids[i] = fmt.Sprintf("plan-%d", i)
		}
		site := api.Believable().WithDialPlans(ids...)
		a := parts{api: appliance.PlatformAPI(t, api.Config{Site: &site})}
		got := collect(t, a.on(t))
		rules, _ := got.Values["feature_configuration"]["dial_rules"].(map[string]any)
		if n == 50 {
			delete(rules, "by_action")
		}
		want["dial_plans"] = int64(n)
		if diff := cmp.Diff(want, rules); diff != "" {
			t.Errorf("%d (-want +got)\n%s", n, diff)
		}
		left := map[string]sdk.Reason{}
		if n > 50 {
			left = omitted.Because(sdk.Unexplained, rulesParts...)
		}
		omitted.Want(t, got, omitted.And(apart, left))
	}
}
