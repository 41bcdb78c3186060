// Package shelf is the catalog of broken plugins, FOR TESTS ONLY: the name of each, its fault, the
// reaction that the host must have, and the check of the conformance suite that finds it. Package
// trial and command shelf try the host on them; the suite's self-test tries the suite.
//
// A program that calls [Main] is all of them: it behaves as the name of its folder says. Apart from
// its fault, it reads correctly: from files below the root, and from a station, which is a server
// that answers with one number.
package shelf

import (
	_ "embed"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/protection"
)

// Plugin is a plugin on the shelf.
type Plugin struct {
	Name      string             // of its folder; also the product's id
	Wrong     string             // its fault, as the end of "it …"
	Check     string             // id of the only check of the suite that may and must fail it
	Unchecked string             // the reason why no check does; empty if one does
	Ends      End                // the end of a cycle with it; empty if its fault does not show in a cycle
	Says      string             // the host's message about it, in part; alternatives are separated by "|"
	Shows     string             // the part of the document that the host shows instead
	Limit     time.Duration      // maximum duration of a cycle with it
	Needs     protection.Feature // without it the host can't keep its promise; empty: nothing
	Quick     bool               // finishes within a second or so, and is harmless in numbers: for long runs
	Kill      bool               // the host is killed while it runs
	Alone     bool               // it is expensive, so nothing else is tried at the same time
	Station   bool               // its product has a station
	// the product of its last release, with which the suite compares it; empty if there is none. That
	// release does nothing wrong.
	Last string

	// changes the text of its profile, which is otherwise that of its last release
	profile func(string) string

	stale bool // its product has the data dictionary of another profile
	wide  bool // its profile has longer lists than the others, and a smaller document
	live  life
}

// life is a plugin's whole life.
type life func()

// End is the plugin's part in a cycle's document.
type End string

// These are the ends.
const (
	Refused End = "refused" // no document is made
	Partly  End = "partly"  // a document that lacks a category
	Whole   End = "whole"   // a whole document: the plugin did no harm, or was prevented
)

// Sound is the plugin without a fault: if something fails with it, the others need not be tried.
const Sound = "sound"

// harmed is the exit status of a plugin that succeeded in doing harm that a protection must
// prevent.
const harmed = 66

// These limit a cycle with a plugin of the shelf. The profile's own limits are in profile.yaml in
// this folder.
const (
	Collect = 8 * time.Second                // of those that use up all of it
	Soon    = 6 * time.Second                // if there is nothing to wait for
	Late    = Collect + 3*time.Second + Soon // if the plugin is stopped for being late, and does not exit when asked
)

// Mark is the name that a plugin gives one of its threads when it is ready and waits for its host
// to be killed. A confined plugin has no other way to signal this.
const Mark = "waits"

// Name is in each value, word and error with which a plugin of the shelf could harm the customer:
// it looks like a host name.
const Name = "seerose-17.labor-kiefer.example"

// breaks returns a plugin that a check of the suite finds.
func breaks(name, wrong, check string, live life) Plugin {
	return Plugin{Name: name, Wrong: wrong, Check: check, Limit: Soon, live: live}
}

// unchecked returns a plugin that no check of the suite finds.
func unchecked(name, wrong, why string, live life) Plugin {
	return Plugin{Name: name, Wrong: wrong, Unchecked: why, Limit: Soon, live: live}
}

func (p Plugin) host(ends End, says string) Plugin { p.Ends, p.Says = ends, says; return p }
func (p Plugin) shows(text string) Plugin          { p.Shows = text; return p }
func (p Plugin) quick() Plugin                     { p.Quick = true; return p }
func (p Plugin) late() Plugin                      { p.Limit = Late; return p }
func (p Plugin) alone() Plugin                     { p.Alone = true; return p }
func (p Plugin) killed() Plugin                    { p.Kill = true; return p.late() }
func (p Plugin) needs(f protection.Feature) Plugin { p.Needs = f; return p }
func (p Plugin) asking() Plugin                    { p.Station = true; return p }
func (p Plugin) staled() Plugin                    { p.stale = true; return p }
func (p Plugin) widened() Plugin                   { p.wide = true; return p }

func (p Plugin) since(last string) Plugin { p.Last = last; return p }
func (p Plugin) profiled(change func(string) string) Plugin {
	p.profile = change
	return p
}

// plugins lists the shelf.
func plugins() []Plugin {
	return slices.Concat(
		[]Plugin{breaks(Sound, "does nothing wrong", "", (&server{}).serve).host(Whole, "").asking().since(Sound)},
		inTheHandshake(), withoutTheLibrary(), inItsDescription(), inItsCalls(), withTheSDK(), inItsStream(),
		inItsBytes(), inItsValues(), inItsReasons(), inItsSize(), fromItsSources(), inItsTurns(), differently(),
		inItsOutput(), withItsChildren(), inItsAppetite(), besideReading(), inItsReach(), atItsEnd(), indiscreet(),
		behindItsBack(), fromWithin(), sinceItsLastRelease(),
	)
}

// Find returns the plugin of that name.
func Find(name string) (Plugin, bool) {
	all := plugins()
	i := slices.IndexFunc(all, func(p Plugin) bool { return p.Name == name })
	if i < 0 {
		return Plugin{}, false
	}
	return all[i], true
}

// ForHost lists the plugins that the host must react to.
func ForHost() []Plugin {
	return slices.DeleteFunc(plugins(), func(p Plugin) bool { return p.Ends == "" })
}

// ForSuite lists the plugins that a check finds, and the sound one.
func ForSuite() []Plugin {
	return slices.DeleteFunc(plugins(), func(p Plugin) bool { return p.Unchecked != "" })
}

// Quick lists the plugins that a long run can try hundreds of times.
func Quick() []Plugin { return slices.DeleteFunc(plugins(), func(p Plugin) bool { return !p.Quick }) }

//go:embed profile.yaml
var profileYAML string

// Profile returns the profile of the plugin, as it is installed.
func (p Plugin) Profile() []byte {
	text := strings.ReplaceAll(profileYAML, "NAME", p.Name)
	if p.profile != nil {
		text = p.profile(text)
	}
	if !p.Station {
		text, _, _ = strings.Cut(text, "# Those that ask a station")
	}
	if p.Limit == Late { // it uses up all its time
		text = strings.NewReplacer("collect: 12s", "collect: 8s", "collector: 4s", "collector: 3s").Replace(text)
	}
	if p.wide {
		text = strings.NewReplacer("list: 40", "list: 256", "document: 100000", "document: 15000").Replace(text)
	}
	return []byte(text)
}

// Install installs the program as the plugin, in a folder of its name below products: as a link if
// possible.
func (p Plugin) Install(program, products string) error {
	folder := filepath.Join(products, p.Name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return errors.Join(
		place(program, filepath.Join(folder, product.PluginName)),
		product.WriteChecksum(folder),
		os.WriteFile(filepath.Join(folder, profile.FileName), p.Profile(), 0o644),
		p.installPage(folder),
	)
}

// installPage writes the data dictionary, which a plugin that is not stale does without.
func (p Plugin) installPage(folder string) error {
	if !p.stale {
		return nil
	}
	return os.WriteFile(filepath.Join(folder, "dictionary.md"), []byte("# Usage data of another product\n"), 0o644)
}

// lastReleases is the folder of the last releases, in place of that of the products.
const lastReleases = "last"

// InstallLast installs the last release of the plugin below a folder, if it has one, and returns
// its product's folder.
func (p Plugin) InstallLast(program, below string) (folder string, err error) {
	if p.Last == "" {
		return "", nil
	}
	products := filepath.Join(below, lastReleases)
	p.Name = p.Last
	return filepath.Join(products, p.Name), p.released().Install(program, products)
}

// released returns the last release of the plugin, which does nothing wrong.
func (p Plugin) released() Plugin {
	p.live, p.profile = (&server{}).serve, nil
	return p
}

func place(from, to string) error {
	if os.Link(from, to) == nil {
		return os.Chmod(to, 0o755)
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o755)
}

// healthy are the files below the root that the plugins read.
var healthy = map[string]string{
	"data/system": "release 6.4.1\nmodel alpha\nsecure yes\nbooted 2026-01-02T03:04:05Z\n" +
		"period 3600\nload 12\nmemory 8589934592\n",
	"data/counts":  "users 1204\nh323 17\nsip 40\nroom 12\nhall 90\npeer 192.0.2.17\ncontact " + Contact + "\n",
	"data/license": "serial 8K31774250D1EA\nfeatures routing recording\n",
	"data/site.json": `{"site": {"nodes": [{"host": "` + siteHosts[0] +
		`", "port": 389}], "name": "` + siteName + `"}}` + "\n",
	"data/site.xml": `<site><server address="` + siteHosts[1] + `" role="primary">main</server></site>` + "\n",
	"data/site.csv": "id,host,calls\n1," + siteHosts[2] + ",12\n2,mcu-8,3\n",
	"data/site.ini": "[directory]\nserver = " + siteHosts[3] + "\nport = 389\n",
	"etc/hostname":  HostName + "\n",
	"target-tcp":    "127.0.0.1:9",
	"target-udp":    "127.0.0.1:9",
}

// These texts in the files of a healthy product identify its customer.
const (
	HostName = "birke-12"
	Contact  = "mila@" + Name
)

// LayRoot writes the files of a healthy product below the folder.
func LayRoot(root string) error {
	for name, text := range healthy {
		path := filepath.Join(root, name)
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
		if err != nil {
			return err
		}
	}
	return nil
}
