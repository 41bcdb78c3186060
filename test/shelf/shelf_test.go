package shelf

import (
	"testing"

	"polycom.com/usagedata/core/profile"
)

// Every plugin can be installed under its name, and says of itself what a reader of the table needs.
func TestTheShelfIsInOrder(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Plugins() {
		if seen[p.Name] {
			t.Errorf("%s is there twice", p.Name)
		}
		seen[p.Name] = true
		installed, err := profile.Parse(Profile(p.Name))
		if err != nil || installed.ID != p.Name {
			t.Errorf("%s: got a profile of %q, %v", p.Name, installed.ID, err)
		}
		if installed.Limits.Collect != Collect {
			t.Errorf("%s: the profile lets it collect for %v, want %v", p.Name, installed.Limits.Collect, Collect)
		}
		if p.Wrong == "" || p.Limit <= 0 || p.Ends != Refused && p.Ends != Partly && p.Ends != Whole {
			t.Errorf("%s is incomplete: %+v", p.Name, p)
		}
		if p.Ends == Refused && p.Says == "" {
			t.Errorf("%s: a plugin that costs a document wants a message that names the fault", p.Name)
		}
		if p.Quick && (p.Limit > Soon || p.Needs != "" || p.Kill || p.Alone) {
			t.Errorf("%s is not for hundreds of cycles", p.Name)
		}
	}
	if got, want := len(Quick()), 30; got < want {
		t.Errorf("got %d plugins for long runs want at least %d", got, want)
	}
}

// SEND-5, PLUG-1: what a plugin is known to do wrong, and who does it here.
func TestEveryMisbehaviourIsOnTheShelf(t *testing.T) {
	for wrong, names := range map[string][]string{
		"prints before the handshake":       {"chatters"},
		"never shakes hands":                {"mute", "halfline"},
		"wrong core or application version": {"oldcore", "futureapp"},
		"deaf socket":                       {"deaf", "deafinside"},
		"no mutual TLS":                     {"plaintext", "othercertificate"},
		"panics in each call":               {"panicsopen", "panicsdescribe", "panicscollect", "panicscollector"},
		"exits in mid-stream":               {"exitsmidstream", "killed"},
		"hangs in each call":                {"hangsdescribe", "hangscollect", "hangsstop"},
		"ignores cancellation":              {"ignorescancel", "latecollector"},
		"is stopped":                        {"stopsearly", "stopped"},
		"leaves a child":                    {"grandchild", "owngroup", "session", "orphan"},
		"a line that panics go-plugin":      {"messageone"},
		"floods its output":                 {"floodserr", "floodsline", "floodsout", "floodslater", "floodsstdio"},
		"sends too much": {"huge", "hugedescribe", "million", "milliondescribed", "nested",
			"nestedless"},
		"eats memory, CPU, descriptors, processes": {"eatsmemory", "eatscpu", "eatsfiles", "eatsprocesses"},
		"is another binary":                        {"replaced", "swapped"},
		"writes into the host's folders":           {"writes", "fillsrun", "otherfolder"},
		"connects out":                             {"connects", "datagrams"},
		"survives its host":                        {"survives", "clings"},
		"wrong order": {"twice", "unknown", "disorder", "goeson", "twoends", "miscounts", "torn",
			"emptystep"},
		"wrong description": {"emptydescribe", "otherproduct"},
		"wrong values": {"hugestring", "hugename", "notanumber", "badutf8", "garbage",
			"othershape"},
		"wrong memory and missing fields": {"muchmemory", "bigmemory", "foreignmissing", "manymissing"},
	} {
		for _, name := range names {
			if _, ok := Find(name); !ok {
				t.Errorf("%s: %s is not on the shelf", wrong, name)
			}
		}
	}
}
