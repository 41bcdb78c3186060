// Package shelf is the shelf of misbehaving plugins: what each is called, what it does wrong, what the host must make
// of it and say about it, and within which time. The plugins themselves are one program, test/plugins/misbehave, which
// behaves as the folder is called in which it is installed; package trial and command shelf try the host on them.
package shelf

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/protection"
)

// Plugin is one on the shelf.
type Plugin struct {
	Name  string             // of its folder; also the product's id
	Wrong string             // what it does wrong, as the end of "it …"
	Ends  End                // what the host makes of it
	Says  string             // what the host says, in part; the ways it may be said are separated by "|"
	Limit time.Duration      // a cycle with it ends within
	Needs protection.Feature // without it the host can't keep its promise; empty: nothing
	Quick bool               // done within a second or so, and harmless in numbers: for long runs
	Kill  bool               // the host is killed while it runs
	Alone bool               // it is tried while nothing else is: it costs much
}

// End is what a cycle's document has of the plugin.
type End string

// The ends.
const (
	Refused End = "refused" // no document is made
	Partly  End = "partly"  // a document that lacks a category
	Whole   End = "whole"   // a whole document: the plugin did no harm, or came not to do it
)

// Harmed is the exit code of a plugin that came to do what a confinement is there to stop.
const Harmed = 66

// Limits of a cycle with a plugin of the shelf. The profile's own are in profile.yaml beside this file.
const (
	Collect = 8 * time.Second                // as in the profile
	Soon    = 6 * time.Second                // where nothing has to be waited for
	Late    = Collect + 3*time.Second + Soon // where the plugin is ended for being late, and does not stop when asked
)

// Mark is what a plugin calls a thread of its own when it has done what it does and waits for what is done to it. A
// confined plugin can tell nobody else, and can't send itself a signal.
const Mark = "waits"

// Name is in each value, word and error by which a plugin of the shelf could harm the customer: a host's name by its
// looks.
const Name = "seerose-17.labor-kiefer.example"

//go:embed profile.yaml
var profileYAML string

// Profile is the profile of a plugin on the shelf, as it is installed.
func Profile(name string) []byte { return []byte(strings.ReplaceAll(profileYAML, "NAME", name)) }

// Plugins lists the shelf.
func Plugins() []Plugin {
	all := slices.Concat(good(), beforeTheHandshake(), inItsCalls(), inItsStream(), inItsValues(),
		withItsOutput(), inItsSize(),
		withItsChildren(), inItsAppetite(), inItsReach())
	for i := range all {
		if all[i].Limit == 0 {
			all[i].Limit = Soon
		}
	}
	return all
}

// Find returns the plugin of that name.
func Find(name string) (Plugin, bool) {
	for _, p := range Plugins() {
		if p.Name == name {
			return p, true
		}
	}
	return Plugin{}, false
}

// Quick lists those of which a long run can try hundreds, the good one left out.
func Quick() []Plugin {
	return slices.DeleteFunc(Plugins(), func(p Plugin) bool { return !p.Quick || p.Name == Good })
}
