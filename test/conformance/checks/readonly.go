package checks

import (
	"fmt"
	"slices"

	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/scene"
)

// acted returns the scenes whose acts are judged. They are varied, because many programs act on the
// world only if something is wrong.
func acted() []scene.Name {
	return []scene.Name{
		scene.Good, scene.Unconfigured, scene.Missing, scene.Empty, scene.Garbage, scene.Silent, scene.Unreachable,
		scene.Canaries, scene.Cancelled,
		scene.Interrupted, scene.LetGo, scene.Many,
	}
}

// readonly returns the checks of the acts of a plugin other than reading. An attempt counts even if
// it fails.
func readonly() []Check {
	return []Check{
		actCheck("readonly.files", "writes no file except its socket", "The plugin is a guest on the product.",
			"files written, made, moved or removed", observe.Write),
		actCheck("readonly.processes", "starts no process and executes no program",
			"The host forbids it; and a child could outlive the cycle.", "processes or programs", observe.Process,
			observe.Execute),
		actCheck("readonly.network", "connects to its configured sources only",
			"Data of the appliance leaves it through the host only.", "connections elsewhere", observe.Connect),
		actCheck("readonly.listen", "listens on its socket only", "Others can connect to a port that listens.",
			"other addresses listened on", observe.Listen),
		actCheck("readonly.signals", "signals no other process", "The product's processes are not the plugin's.",
			"signals",
			observe.Signal),
		{ID: "readonly.reads", Level: required, Serves: []string{"ANON-1", "SEND-5", "PLUG-1"},
			Of: scene.ReadsObserved(), From: scene.Handshaken, Judge: reads,
			Holds: "The plugin opens no file that neither its profile nor its configuration names, except the " +
				"system's own.",
			Why: "The customer accepted those paths; the host's sandbox refuses any other."},
	}
}

// actCheck returns a check that fails if an [observe.Act] of these kinds was attempted in any
// scene.
func actCheck(id, rule, why, acts string, kinds ...observe.Kind) Check {
	return Check{
		ID: id, Level: required, Serves: []string{"SEND-5", "PLUG-1"}, Of: acted(), From: scene.Handshaken,
		Holds: "The plugin " + rule + ".", Why: why,
		Judge: func(s *scene.Scenes) Finding {
			var problems []string
			for _, name := range acted() {
				if n := countActs(s.Of(name).Acts, kinds); n > 0 {
					problems = append(problems, fmt.Sprintf("scene %s: %d %s", name, n, acts))
				}
			}
			return failIfAny(problems, "The plugin tried it.")
		},
	}
}

func countActs(acts []observe.Act, kinds []observe.Kind) (n int) {
	for _, act := range acts {
		if slices.Contains(kinds, act.Kind) {
			n++
		}
	}
	return n
}
