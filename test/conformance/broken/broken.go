// Package broken is plugins that are broken on purpose, FOR TESTS ONLY: each breaks one rule of the conformance suite,
// and the suite must fail it by the check that is meant for it and by no other. With those of test/shelf, which are
// here under the same rule, they are how the suite proves itself.
//
// A program that calls Main is all of them: installed in a folder, it behaves as the folder is called. What is not its
// fault is read correctly: from files below the root, and from a station, which is a server that answers one number.
package broken

import (
	_ "embed"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/test/shelf"
	"polycom.com/usagedata/test/shelf/misbehave"
)

// Plugin is one of them.
type Plugin struct {
	Name  string // of its folder; also the product's id
	Wrong string // what it does wrong, as the end of "it …"
	Check string // id of the check that must fail it; empty: it must pass everything
	Shelf bool   // it is one of test/shelf, with that profile
}

// sound is the plugin that passes everything.
const sound = "sound"

// life is a plugin's whole life.
type life func()

// own is a plugin of this package.
type own struct {
	Plugin
	live life
}

// breaks is how each topic's plugins are written down.
func breaks(name, wrong, check string, live life) own {
	return own{Plugin{Name: name, Wrong: wrong, Check: check}, live}
}

func owns() []own {
	return slices.Concat(
		[]own{breaks(sound, "does nothing wrong", "", (&server{}).serve)},
		inTheHandshake(), inItsDescription(), inTheStream(),
		fromItsSources(), inItsTime(), besideReading(), inItsAppetite(), inItsOutput(), atItsEnd(), inItsTurns(),
		inItsValues(), inItsReasons(), differently(), inItsSize(), indiscreet(),
	)
}

// Plugins lists all, those of the shelf after the own ones.
func Plugins() (all []Plugin) {
	for _, o := range owns() {
		all = append(all, o.Plugin)
	}
	return append(all, fromTheShelf()...)
}

//go:embed profile.yaml
var profileYAML string

// Profile is the profile of a plugin of this package, as it is installed.
func Profile(name string) []byte {
	text := strings.ReplaceAll(profileYAML, "NAME", name)
	if wide(name) {
		text = strings.NewReplacer("list: 40", "list: 256", "document: 100000", "document: 15000").Replace(text)
	}
	return []byte(text)
}

// Started reports whether the program was started as a plugin, and must call Main.
func Started() bool {
	return os.Getenv(wire.Handshake.MagicCookieKey) == wire.Handshake.MagicCookieValue || isPlugin(name())
}

func isPlugin(name string) bool {
	if _, shelved := shelf.Find(name); shelved {
		return true
	}
	return slices.ContainsFunc(owns(), func(o own) bool { return o.Name == name })
}

// lifetime is longer than any run of the suite.
const lifetime = 3 * time.Minute

// Main is the program, as the plugin that its folder names.
func Main() {
	lives := map[string]life{}
	for _, o := range owns() {
		lives[o.Name] = o.live
	}
	live, ok := lives[name()]
	if !ok {
		live = func() { go watchLifeline(); misbehave.Main() } // what they do wrong is something else
	}
	time.AfterFunc(lifetime, func() { os.Exit(70) }) // a suite that does not end it must not leave it behind for ever
	live()
}

// fromTheShelf lists the plugins of the shelf that a check finds. A test gives a reason for each of the others.
func fromTheShelf() (all []Plugin) {
	found := foundBy()
	for _, name := range slices.Sorted(maps.Keys(found)) {
		p, ok := shelf.Find(name)
		if !ok {
			panic(fmt.Sprintf("%s is not on the shelf", name))
		}
		all = append(all, Plugin{Name: name, Wrong: p.Wrong, Check: found[name], Shelf: true})
	}
	return all
}
