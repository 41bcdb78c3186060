package checks

import (
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// description is about the answer to Describe.
func description() []check.Check {
	good := []scene.Name{scene.Good}
	return []check.Check{
		{
			ID: "describe.answers", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Shaken, Judge: answers,
			Holds: "The plugin answers Describe within ten seconds.",
			Why:   "It is the host's first call; without an answer there is no cycle.",
		}, {
			ID: "describe.size", Level: required, Serves: []string{"SEND-5"}, Of: good, From: scene.Shaken, Judge: describeSize,
			Holds: "The answer to Describe is at most 1 MiB.",
			Why:   "The host takes no larger message.",
		}, {
			ID: "describe.soon", Level: recommended, Serves: []string{"SEND-5"}, Of: starts(), From: scene.Described,
			Judge: describeSoon,
			Holds: "The plugin answers Describe within two seconds.",
			Why:   "Nothing has to be read for it: sources are for Collect.",
		}, {
			ID: "describe.product", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Described,
			Judge: describedProduct,
			Holds: "The plugin says that it is the product's in whose folder it is installed.",
			Why:   "The host refuses the plugin of another product.",
		}, {
			ID: "describe.version", Level: required, Serves: []string{"PLUG-2"}, Of: good, From: scene.Described,
			Judge: describedVersion,
			Holds: "The plugin tells its own version, in the shape of one.",
			Why:   "The document names it; another word is replaced by `other`.",
		}, {
			ID: "describe.profile", Level: required, Serves: []string{"ANON-1", "PLUG-2"}, Of: good, From: scene.Described,
			Judge: describedProfile,
			Holds: "The plugin was built with the version of the profile that is installed beside it.",
			Why:   "What only one of the two has is not sent.",
		}, {
			ID: "describe.categories", Level: required, Serves: []string{"CAT-*"}, Of: good, From: scene.Described,
			Judge: describedCategories,
			Holds: "The plugin describes the categories of the profile, and no other.",
			Why:   "The profile is what was approved.",
		}, {
			ID: "describe.fields", Level: required, Serves: []string{"CAT-*", "ANON-1"}, Of: good, From: scene.Described,
			Judge: describedFields,
			Holds: "The plugin describes the fields of the profile with their kinds, and no other.",
			Why:   "A field of another kind would be treated otherwise than its author thinks.",
		}, {
			ID: "describe.stable", Level: required, Serves: []string{"PLUG-2"}, Of: []scene.Name{scene.Good, scene.Again},
			From: scene.Described, Judge: describedAgain,
			Holds: "The plugin describes itself alike each time.",
			Why:   "What a plugin can send is known when it is approved.",
		}, {
			ID: "describe.unconfigured", Level: required, Serves: []string{"PLUG-2"}, Of: []scene.Name{scene.Unconfigured},
			From: scene.Shaken, Judge: describedUnconfigured,
			Holds: "The plugin describes itself without any source being configured.",
			Why:   "A source that the administrator has not configured costs what is read from it, not the document.",
		},
	}
}
