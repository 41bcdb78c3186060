package checks

import (
	"fmt"
	"slices"

	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/scene"
)

// host returns the checks of the plugin under the real host, in the scene [scene.Hosted].
func host() []Check {
	return []Check{{
		ID: "host.same", Level: required, Serves: []string{"CAT-*", "PLUG-1"}, Of: inScenes(scene.Good, scene.Hosted),
		Plays: inScenes(scene.Hosted), From: scene.Collected, Judge: confinedAlike,
		Holds: "In the host's sandbox, as on an appliance, the plugin reports the same categories as when it is " +
			"only watched.",
		Why: "In the sandbox it can read only configured and declared paths.",
	}}
}

func confinedAlike(s *scene.Scenes) Finding {
	good, hosted := s.Of(scene.Good), s.Of(scene.Hosted).Confined
	switch {
	case !wholly(s, good) || failed(version(s)) || failed(describedProduct(s)) || failed(afterTheEnd(s)):
		return skipped("The host refuses this plugin.")
	case slices.Contains(hosted.Lacking, protection.Files) || slices.Contains(hosted.Lacking, protection.Calls):
		return notApplicable(fmt.Sprintf("This machine has no complete sandbox: it lacks %v.", hosted.Lacking))
	case hosted.Err != nil:
		return fail("The host could not collect: %v.", hosted.Err) // the host's words, not the plugin's
	}
	return failIfAny(differences(s, good, hosted), "Some categories differ in the sandbox.")
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
