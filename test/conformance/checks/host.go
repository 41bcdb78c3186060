package checks

import (
	"fmt"
	"slices"

	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// host is about the plugin in the hands of the real one.
func host() []check.Check {
	return []check.Check{{
		ID: "host.same", Level: required, Serves: []string{"CAT-*", "PLUG-1"}, Of: []scene.Name{scene.Good, scene.Hosted},
		From: scene.Collected, Judge: confinedAlike,
		Holds: "Confined by the host as on an appliance, the plugin tells the same categories as when it is only watched.",
		Why:   "What it reads beside what its profile declares it can't read there.",
	}}
}

func confinedAlike(s *scene.Scenes) check.Finding {
	good, hosted := s.Of(scene.Good), s.Of(scene.Hosted).Confined
	switch {
	case !wholly(s, good) || failed(version(s)) || failed(describedProduct(s)) || failed(afterTheEnd(s)):
		return unseen("The host would not take it from any plugin.")
	case slices.Contains(hosted.Lacking, protection.Files) || slices.Contains(hosted.Lacking, protection.Calls):
		return check.NotApplicable("This machine can't confine a plugin: it lacks %v.", hosted.Lacking)
	case hosted.Err != nil:
		return check.Fail("The host could not collect: %v.", hosted.Err) // in the host's words, not the plugin's
	}
	return check.None(otherwise(s, good, hosted), "Some are told otherwise.")
}

// otherwise compares what became of each category. Where the host itself did not take one, another check says why.
func otherwise(s *scene.Scenes, good *scene.Recording, hosted *scene.Confined) (problems []string) {
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
		problems = append(problems, fmt.Sprintf("%s: watched %s, confined %s", category.Name,
			toldOrNot(was.GetRecord() != nil), toldOrNot(!lost)))
	}
	return problems
}

// hostsOwn are reasons that the host gives, not the plugin.
var hostsOwn = []usage.Reason{usage.PluginFailed, usage.NotSent, usage.TooLarge, usage.Withheld, usage.NothingAllowed}

func toldOrNot(is bool) string {
	if is {
		return "told"
	}
	return "missing"
}
