package scene

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/usage"
)

// Confined is what the real host got of the plugin, and how far it could confine it here.
type Confined struct {
	pluginhost.Collected
	Err     error
	Lacking []protection.Feature // what this machine does not give
}

// hostsPatience is for a machine that is busy: a confined plugin gives way to everything else on it.
const hostsPatience = time.Minute

// confined lets the real host run a cycle with the plugin, as on an appliance: in the sandbox, and not watched.
func confined(s *Scenes, r *Recording, dir string) error {
	installed, err := startable(s.Product, dir)
	if err != nil {
		return err
	}
	installed.Profile.Limits.Collect = max(installed.Profile.Limits.Collect, hostsPatience)
	run, err := os.MkdirTemp("", "ud") // a socket's path is short
	if err != nil {
		return err
	}
	defer os.RemoveAll(run)
	host := &pluginhost.Host{Product: installed, Run: run, Root: r.World.Root, Sources: r.World.Sources,
		Log: hclog.NewNullLogger()}
	report, err := host.Confinement()
	if unconfined := (*pluginhost.UnconfinedError)(nil); err != nil && !errors.As(err, &unconfined) {
		return err
	}
	r.Confined = &Confined{Lacking: report.Lacking(protection.All())}
	r.Confined.Collected, r.Confined.Err = host.Collect(s.ctx, usage.PeriodFrom(r.Period), nil)
	r.Stage = Collected
	return nil
}

// startable returns the product in a folder from which the host starts it: it refuses one that others can write, as
// in a work tree.
func startable(p product.Installed, dir string) (product.Installed, error) {
	if _, err := p.Owner(); err == nil {
		return p, nil
	}
	to := filepath.Join(dir, p.Profile.ID)
	if err := os.Mkdir(to, 0o755); err != nil {
		return p, err
	}
	for _, name := range p.Files() {
		text, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return p, err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o755); err != nil {
			return p, err
		}
	}
	return product.Open(to)
}
