package platformapi

import "strings"

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
