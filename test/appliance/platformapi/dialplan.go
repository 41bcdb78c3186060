package platformapi

import (
	"fmt"
	"strings"
)

// An open list: the last one is of no release that is documented.
var actions = []string{
	"RESOLVE_REGISTERED_EP", "RESOLVE_REGISTERED_EP", "RESOLVE_IP", "BLOCK", "RESOLVE_SERVICE_PREFIX",
	"RESOLVE_LYNC_ID", "RESOLVE_LYNC_ID_AUTO_ATTENDANT", "RESOLVE_BY_STAND_IN",
}

var dialPlans = []identifying{"Wählplan Isarwinkel intern", "Wählplan Isarwinkel extern", "Wählplan Gäste Penzberg"}

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

// queue is one of shared number dialing; four of them have an operator, one is the direct dial queue.
func queue(i int) object {
	entry := object{
		"veqIdentifier":   identifier("veq", i),
		"veqNumber":       phone(450 + i),
		"dialInNumber":    phone(460 + i),
		"description":     identifying("Empfang " + placeName(i) + ", Vertretung " + someone(i).last),
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
		"description":         identifying("Notdienst, erreicht " + someone(i).last),
		"enabled":             i%6 != 5,
		"timeout":             15 + 5*(i%4),
		"signalingAlias":      phone(400 + i),
		"memberEndpoints":     members,
	}
}

// ByDialPlan is the same site on a release that has no list of all dial rules: they are listed below each dial plan.
func (s Site) ByDialPlan() Site {
	rules, _ := s.answers["/dial-rules"].([]any)
	byPlan := map[string][]any{}
	for _, rule := range rules {
		name := string(rule.(object)["dialPlanName"].(identifying))
		byPlan[name] = append(byPlan[name], rule)
	}
	var plans []any
	for i, name := range dialPlans {
		id := identifier("dial-plan", i)
		plans = append(plans, object{"dialPlanIdentifier": id, "name": name})
		s = s.with("/dial-plans/"+string(id)+"/dial-rules", byPlan[string(name)])
	}
	s = s.with("/dial-plans", plans)
	delete(s.answers, "/dial-rules") // with has made a copy
	return s
}

// resourceAt finds the resource of a path; the rules of a dial plan are one like the list of all.
func resourceAt(path string) resource {
	if strings.HasPrefix(path, "/dial-plans/") && strings.HasSuffix(path, "/dial-rules") {
		path = "/dial-rules"
	}
	return resources[path]
}
