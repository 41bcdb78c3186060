package checks

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

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
			observe.Write),
		actCheck("readonly.processes", "starts no process and executes no program",
			"The host forbids it; and a child could outlive the cycle.", observe.Process, observe.Execute),
		actCheck("readonly.network", "connects to its configured sources only",
			"Data of the appliance leaves it through the host only.", observe.Connect),
		actCheck("readonly.listen", "listens on its socket only", "Others can connect to a port that listens.",
			observe.Listen),
		actCheck("readonly.signals", "signals no other process", "The product's processes are not the plugin's.",
			observe.Signal),
		actCheck("readonly.objects", "makes no shared memory, semaphore, message queue or key of the kernel",
			"They outlive it, and the host's sandbox refuses them.", observe.Leave),
		{ID: "readonly.reads", Level: required, Serves: []string{"ANON-1", "SEND-5", "PLUG-1"},
			Of: scene.ReadsObserved(), From: scene.Handshaken, Judge: reads,
			Holds: "The plugin opens no file that neither its profile nor its configuration names, except the " +
				"system's own.",
			Why: "The customer accepted those paths; the host's sandbox refuses any other."},
	}
}

// actCheck returns a check that fails if an [observe.Act] of these kinds was attempted in any
// scene.
func actCheck(id, rule, why string, kinds ...observe.Kind) Check {
	return Check{
		ID: id, Level: required, Serves: []string{"SEND-5", "PLUG-1"}, Of: acted(), From: scene.Handshaken,
		Holds: "The plugin " + rule + ".", Why: why,
		Judge: func(s *scene.Scenes) Finding {
			var seen attempts
			for _, name := range acted() {
				seen.add(s.Of(name), kinds)
			}
			return failIfAny(seen.lines(), "The plugin tried it.")
		},
	}
}

// tried reports whether an act of one of these kinds was seen in the scene.
func tried(r *scene.Recording, kinds ...observe.Kind) bool {
	return slices.ContainsFunc(r.Acts, func(act observe.Act) bool { return slices.Contains(kinds, act.Kind) })
}

// attempt is an act that was seen at least once.
type attempt struct {
	what   string // system call and object
	count  int
	scenes []string
}

// attempts lists different acts in the order in which they were seen.
type attempts []attempt

func (a *attempts) add(r *scene.Recording, kinds []observe.Kind) {
	for _, act := range r.Acts {
		if !slices.Contains(kinds, act.Kind) {
			continue
		}
		what := act.Call + " " + objectOf(r, act)
		i := slices.IndexFunc(*a, func(t attempt) bool { return t.what == what })
		if i < 0 {
			i = len(*a)
			*a = append(*a, attempt{what: what})
		}
		(*a)[i].count++
		if name := string(r.Scene); !slices.Contains((*a)[i].scenes, name) {
			(*a)[i].scenes = append((*a)[i].scenes, name)
		}
	}
}

func (a attempts) lines() (lines []string) {
	for _, t := range a {
		lines = append(lines, fmt.Sprintf("%s; seen: %d, scenes: %s", t.what, t.count, strings.Join(t.scenes, ", ")))
	}
	return lines
}

// objectOf names the object of an act, in the same way in each run: a path below the scene's root is
// given from there, and a port that the system chooses is called that.
func objectOf(r *scene.Recording, act observe.Act) string {
	object := act.Object
	if rest, below := strings.CutPrefix(object, r.World.Root); below && r.World.Root != "/" {
		object = "ROOT" + rest
	}
	host, port, err := net.SplitHostPort(object)
	number, _ := strconv.Atoi(port)
	switch {
	case object == "":
		return "(its argument could not be read)"
	case act.Kind == observe.Signal && object == strconv.Itoa(os.Getpid()):
		return "to the process that started it"
	case act.Kind == observe.Listen && err == nil && number >= firstEphemeral:
		return quoted(host) + " on a port that the system chose"
	}
	return quoted(object)
}

// firstEphemeral is the first port that Linux chooses for a listener that names none.
const firstEphemeral = 32768
