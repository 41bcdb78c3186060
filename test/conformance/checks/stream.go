package checks

import (
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// stream is about how Collect is answered, whatever it says.
func stream() []check.Check {
	good := []scene.Name{scene.Good}
	return []check.Check{
		{
			ID: "collect.early", Level: required, Serves: []string{"PLUG-1"}, Of: []scene.Name{scene.Undescribed},
			From: scene.Shaken, Judge: early,
			Holds: "Asked to collect before it was asked to describe itself, the plugin refuses and goes on.",
			Why:   "It does not know yet what to read.",
		}, {
			ID: "collect.ends", Level: required, Serves: []string{"CAT-*", "SEND-5"}, Of: good,
			From: scene.Described, Judge: ends,
			Holds: "The stream ends within the profile's limit, without an error.",
			Why:   "What has not arrived by then is lost for this hour.",
		}, {
			ID: "collect.size", Level: required, Serves: []string{"SEND-4", "SEND-5"}, Of: good, From: scene.Described,
			Judge: messageSize,
			Holds: "No message of the stream is larger than 1 MiB.",
			Why:   "The host takes none.",
		}, {
			ID: "collect.wire", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Described, Judge: readable,
			Holds: "Every message can be read: it is the protocol's, text is UTF-8, values are not nested without end.",
			Why:   "One that can't be read ends the cycle.",
		}, {
			ID: "collect.steps", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Described, Judge: steps,
			Holds: "Every step of the stream is a category or the end.",
			Why:   "The host breaks off at any other.",
		}, {
			ID: "collect.once", Level: required, Serves: []string{"CAT-*"}, Of: good, From: scene.Described, Judge: once,
			Holds: "Each category is sent once.",
			Why:   "Of two the host could not tell which one is right, and breaks off.",
		}, {
			ID: "collect.declared", Level: required, Serves: []string{"ANON-1"}, Of: good, From: scene.Described,
			Judge: declared,
			Holds: "Only categories of the profile are sent.",
			Why:   "What is not in the profile does not leave the appliance; the host breaks off.",
		}, {
			ID: "collect.complete", Level: required, Serves: []string{"CAT-*"}, Of: good, From: scene.Collected, Judge: complete,
			Holds: "Every category of the profile is sent, or said to be missing.",
			Why:   "A category that is not heard of counts as lost.",
		}, {
			ID: "collect.end", Level: required, Serves: []string{"CAT-*"}, Of: good, From: scene.Collected, Judge: ended,
			Holds: "The last step is the end, and counts the categories that were sent.",
			Why:   "So a torn stream is not taken for a whole one.",
		}, {
			ID: "collect.after", Level: required, Serves: []string{"PLUG-1"}, Of: good, From: scene.Collected,
			Judge: afterTheEnd,
			Holds: "Nothing follows the end.",
			Why:   "The host does not believe an end that was none.",
		}, {
			ID: "collect.memory", Level: required, Serves: []string{"SEND-5"}, Of: good, From: scene.Collected,
			Judge: remembered,
			Holds: "What the plugin wants to be given back in the next cycle is at most 256 KiB.",
			Why:   "Of more than that the host keeps nothing.",
		},
	}
}
