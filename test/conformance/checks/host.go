package checks

import (
	"fmt"
	"reflect"
	"slices"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/scene"
)

// host returns the checks of the plugin under the real host, in the scene [scene.Hosted].
func host() []Check {
	return []Check{{
		ID: "host.same", Level: required, Serves: []string{"CAT-*", "PLUG-1"},
		Of: inScenes(scene.Good, scene.Again, scene.Hosted), Plays: inScenes(scene.Hosted), From: scene.Started,
		Judge: confinedAlike,
		Holds: "In the host's sandbox, as on an appliance, the plugin reports the same categories, fields and values " +
			"as when it is only watched, except values that the profile declares as measured now.",
		Why: "In the sandbox it can read only configured and declared paths.",
	}}
}

func confinedAlike(s *scene.Scenes) Finding {
	good, hosted := s.Of(scene.Good), s.Of(scene.Hosted).Confined
	switch {
	case failed(core(s)) || failed(socket(s)) || failed(grpc(s)):
		return skipped("The host refuses this plugin's handshake.")
	case !wholly(s, good) || failed(version(s)) || failed(describedProduct(s)) || failed(afterTheEnd(s)):
		return skipped("The host refuses this plugin.")
	case tried(s.Of(scene.OtherHour), observe.Read):
		return skipped("It opens files that the sandbox keeps from it.")
	case slices.Contains(hosted.Lacking, protection.Files) || slices.Contains(hosted.Lacking, protection.Calls):
		return notApplicable(fmt.Sprintf("This machine has no complete sandbox: it lacks %v.", hosted.Lacking))
	case hosted.Err != nil:
		return fail("The host could not collect: %v.", hosted.Err) // the host's words, not the plugin's
	}
	return failIfAny(append(differences(s, good, hosted), otherFields(s, good, hosted)...),
		"Some categories, fields or values differ in the sandbox.")
}

// differences compares the outcome of each category. If the host itself refused a category, another
// check reports why.
func differences(s *scene.Scenes, good *scene.Recording, hosted *scene.Confined) (problems []string) {
	sent, missing := scene.Categories(good.Collect), map[string]usage.Reason{}
	for _, o := range hosted.Omissions {
		if o.Field == "" {
			missing[o.Category] = o.Reason
		}
	}
	for _, category := range s.Product.Profile.Categories {
		reason, lost := missing[category.Name]
		was := sent[category.Name]
		if lost == (was.GetRecord() == nil) || slices.Contains(hostsOwn, reason) {
			continue
		}
		problems = append(problems, fmt.Sprintf("%s: %s when watched, %s in the sandbox", category.Name,
			sentOrNot(was.GetRecord() != nil), sentOrNot(!lost)))
	}
	return problems
}

// hostsOwn lists the reasons that the host gives, not the plugin.
var hostsOwn = []usage.Reason{usage.PluginFailed, usage.NotSent, usage.TooLarge, usage.Withheld, usage.NothingAllowed}

func sentOrNot(is bool) string {
	if is {
		return "sent"
	}
	return "missing"
}

// otherFields compares the fields of each category that was sent both times, as the host treats
// them. Fields that differ between two starts without the sandbox are left to same.values and
// same.omitted.
func otherFields(s *scene.Scenes, good *scene.Recording, hosted *scene.Confined) (problems []string) {
	key := anonymize.EphemeralKey()
	treat := func(observed []usage.Observation) byField { return treated(s.Product.Profile, key, observed) }
	watched, again := treat(observations(good)), treat(observations(s.Of(scene.Again)))
	boxed := treat(hosted.Observations)
	for _, category := range s.Product.Profile.Categories {
		if watched[category.Name] == nil || boxed[category.Name] == nil {
			continue
		}
		for _, f := range category.Fields {
			was, wasSent := watched[category.Name][f.Name]
			is, isSent := boxed[category.Name][f.Name]
			other, otherSent := again[category.Name][f.Name]
			if wasSent != otherSent || !reflect.DeepEqual(was, other) {
				continue
			}
			if name := category.Name + "." + f.Name; wasSent != isSent {
				problems = append(problems, fmt.Sprintf("%s: %s when watched, %s in the sandbox", name,
					sentOrNot(wasSent), sentOrNot(isSent)))
			} else if !reflect.DeepEqual(was, is) {
				problems = append(problems, name+": another value in the sandbox")
			}
		}
	}
	return problems
}

// byField holds treated values by category and field.
type byField map[string]map[string]any

// treated returns the values that the host would send, without those of the moment.
func treated(p profile.Profile, key anonymize.Key, observed []usage.Observation) byField {
	all := byField{}
	for _, o := range observed {
		all[o.Category] = map[string]any{} // also if nothing is left of it
	}
	for _, fact := range anonymize.Treat(key, p, anonymize.Unnamed(), observed).Facts {
		category, _ := p.Find(fact.Category())
		if f, _ := category.Field(fact.Field()); !f.OfTheMoment() {
			all[fact.Category()][fact.Field()] = lasting(f, fact.Value())
		}
	}
	return all
}

// lasting returns a treated value without the parts that are of the moment.
func lasting(f profile.Field, value any) any {
	switch value := value.(type) {
	case []any:
		all := []any{}
		for _, entry := range value {
			all = append(all, lasting(f, entry))
		}
		return all
	case anonymize.Record:
		record := map[string]any{}
		for name, part := range value.All {
			if of, _ := f.Field(name); !of.OfTheMoment() {
				record[name] = lasting(of, part)
			}
		}
		return record
	}
	return value
}

func observations(r *scene.Recording) (all []usage.Observation) {
	for _, category := range scene.Categories(r.Collect) {
		all = append(all, wire.Observations(category.GetName(), category.GetRecord())...)
	}
	return all
}
