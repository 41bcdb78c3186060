package platformapi

import (
	"fmt"
	"net/url"
	"strings"
)

// The list is open: the last action is not in any documented release.
var actions = []string{
	"RESOLVE_REGISTERED_EP", "RESOLVE_EXT_SIP_PEER", "RESOLVE_IP", "BLOCK", "RESOLVE_SERVICE_PREFIX",
	"RESOLVE_LYNC_ID", "RESOLVE_LYNC_ID_AUTO_ATTENDANT", "RESOLVE_BY_STAND_IN",
}

// Rules are listed only below the dial plan that they belong to.
var dialPlans = []identifying{"Wählplan Isarwinkel intern", "Wählplan Isarwinkel extern", "Wählplan Gäste Penzberg"}

const dialRules = 40

// rulesOfAPlan is the resource that each dial plan has once.
const rulesOfAPlan = "/dial-plans/{id}/dial-rules"

// DialRules returns the path of the rules of a dial plan, counted from 0.
func DialRules(plan int) string { return rulesPath(string(identifier("dial-plan", plan))) }

func rulesPath(id string) string { return "/dial-plans/" + url.PathEscape(id) + "/dial-rules" }

func dialPlan(i int) object {
	return object{
		"dialPlanIdentifier": identifier("dial-plan", i),
		"name":               dialPlans[i],
		"listeningPoints":    []any{fmt.Sprintf("sip:%d:private", 5060+i)},
	}
}

// rulesOf returns the rules of a plan: every third rule.
func rulesOf(plan int) []any {
	var rules []any
	for i := plan; i < dialRules; i += len(dialPlans) {
		rules = append(rules, dialRule(i))
	}
	return rules
}

// WithDialPlans returns the same site with dial plans of these identifiers, each with one rule.
func (s Site) WithDialPlans(ids ...string) Site {
	plans := []any{}
	for i, id := range ids {
		plans = append(plans, object{"dialPlanIdentifier": identifying(id), "name": identifying("Plan " + id)})
		s = s.with(rulesPath(id), []any{dialRule(i)})
	}
	return s.with("/dial-plans", plans)
}

func dialRule(i int) object {
	place := placeName(i)
	return object{
		"dialRuleIdentifier": identifier("dial-rule", i),
		"orderNumber":        i + 1,
		"dialPlanName":       dialPlans[i%len(dialPlans)],
		"description":        identifying("Nebenstellen der " + place),
		"enabled":            i%7 != 6,
		"action":             actions[i%len(actions)],
		"preliminaryEnabled": i%5 == 0,
		"preliminaryScript":  canary("dial-rule-script", i),
	}
}

// queue returns a queue of shared number dialing; four of them have an operator, one is the direct
// dial queue.
func queue(i int) object {
	entry := object{
		"veqIdentifier":   identifier("veq", i),
		"veqNumber":       phone(450 + i),
		"dialInNumber":    phone(460 + i),
		"description":     identifying("Empfang " + placeName(i) + ", Vertretung " + personAt(i).last),
		"isDirectDial":    i == 0,
		"isExternalIvr":   i%3 == 1,
		"maxVmrAttempts":  3 + i%2,
		"promptSet":       identifying("Ansagen " + placeName(i)),
		"responseTimeout": 10 + 5*i,
		"passcode":        canary("veq-passcode", i),
	}
	if i < 4 {
		entry["operatorUri"] = sipURI(fmt.Sprintf("vermittlung-%s", placeSlug(i)))
	}
	return entry
}

// huntGroup has two to four members; two of the twelve groups are disabled.
func huntGroup(i int) object {
	members := make([]any, 2+i%3)
	for k := range members {
		members[k] = identifying(deviceSlug(7*i + k))
	}
	return object{
		"huntGroupIdentifier": identifier("hunt-group", i),
		"name":                identifying("Bereitschaft " + placeName(i)),
		"description":         identifying("Notdienst, erreicht " + personAt(i).last),
		"enabled":             i%6 != 5,
		"timeout":             15 + 5*(i%4),
		"signalingAlias":      phone(400 + i),
		"memberEndpoints":     members,
	}
}

// resourceAt returns the resource at a path.
func resourceAt(path string) resource {
	if strings.HasPrefix(path, "/dial-plans/") && strings.HasSuffix(path, "/dial-rules") {
		path = rulesOfAPlan
	}
	return resources[path]
}
