// Package trial tries the real host on one plugin of the shelf: it creates an appliance in a
// folder, puts a document into the spool, lets the host run one whole cycle with the plugin, and
// then checks the outcome and that nothing is left behind. The collection point is the tests'
// stand-in, on loopback.
package trial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/shelf"
)

// Programs are the programs under test.
type Programs struct {
	Host   string // path of usagedata
	Plugin string // path of misbehave
}

// Result is the outcome of a trial.
type Result struct {
	Plugin shelf.Plugin
	// of the host's process, or, if it was killed, from its death to that of the last of the
	// plugin's
	Took   time.Duration
	Peak   int64 // of the host's resident memory, in bytes
	Ends   shelf.End
	Says   string   // the line in which the host names the fault
	Left   []string // leftovers
	Broken []string // promises that were broken, including leftovers
	Exit   int      // of the host; -1 if it was killed
	Output string   // all output of the host
}

// Try runs the trial in a folder of its own below dir, and removes it.
func (p Programs) Try(ctx context.Context, dir string, plugin shelf.Plugin) (Result, error) {
	a, err := p.layOut(dir, plugin)
	if err != nil {
		return Result{}, errors.Join(fmt.Errorf("prepare the test bed of %s: %w", plugin.Name, err), a.close())
	}
	result, err := a.play(ctx)
	return result, errors.Join(err, a.close())
}

// appliance is the setup of one trial.
type appliance struct {
	plugin  shelf.Plugin
	dir     string // of everything but the run folder
	run     string
	host    string
	point   *collectionpoint.Point
	beside  beside
	waiting string // id of the document that waits
	before  map[string]string
}

func (p Programs) layOut(dir string, plugin shelf.Plugin) (a *appliance, err error) {
	a = &appliance{plugin: plugin, host: p.Host}
	if a.dir, err = os.MkdirTemp(dir, plugin.Name+"-"); err != nil {
		return a, err
	}
	// The path of a socket must be short.
	if a.run, err = os.MkdirTemp("", "ud"); err != nil {
		return a, err
	}
	if err := plugin.Install(p.Plugin, a.path("products")); err != nil {
		return a, err
	}
	for _, folder := range []string{"state", "log", "point"} {
		if err := os.Mkdir(a.path(folder), 0o750); err != nil {
			return a, err
		}
	}
	if err := shelf.LayRoot(a.path("root")); err != nil {
		return a, err
	}
	if a.point, err = collectionpoint.Start(collectionpoint.Config{Dir: a.path("point")}); err != nil {
		return a, err
	}
	if a.beside, err = begin(a); err != nil {
		return a, err
	}
	return a, errors.Join(a.configure(), a.allow(), a.spool())
}

func (a *appliance) path(name string) string { return filepath.Join(a.dir, name) }

// allow does the administrator's part.
func (a *appliance) allow() error {
	out, err := a.command("consent", "allow", "--yes").CombinedOutput()
	if err != nil {
		return fmt.Errorf("consent: %w\n%s", err, out)
	}
	return nil
}

// spool spools a document of an earlier hour: it must be sent regardless of the plugin.
func (a *appliance) spool() error {
	hour := time.Now().Truncate(time.Hour).Add(-5 * time.Hour)
	a.waiting = a.plugin.Name + "-" + hour.UTC().Format("20060102T15Z")
	waiting, err := spool.Open(durable.OS{}, a.path("state/spool"), 1_000_000)
	if err != nil {
		return err
	}
	_, err = waiting.Put(a.waiting, hour, []byte(`{"format": "usagedata/1"}`+"\n"), func() error { return nil })
	return err
}

func (a *appliance) close() error {
	var found []error
	if a.beside.end != nil {
		found = append(found, a.beside.end())
	}
	if a.point != nil {
		found = append(found, a.point.Close())
	}
	for _, pid := range a.family() { // left by a broken promise, which the trial has reported
		kill(pid)
	}
	for _, folder := range []string{a.dir, a.run} {
		if folder != "" {
			found = append(found, os.RemoveAll(folder))
		}
	}
	return errors.Join(found...)
}

// binary returns the path of the installed binary.
func (a *appliance) binary() string {
	return filepath.Join(a.path("products"), a.plugin.Name, product.PluginName)
}
