package scene

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/workspace"
)

// Confined is the result of a run by the real [pluginhost.Host], and how much of the sandbox this
// machine supports.
type Confined struct {
	pluginhost.Collected
	Err     error
	Lacking []protection.Feature // missing on this machine
}

// hostsPatience is long enough for a busy machine: a plugin in the sandbox yields to all other
// processes.
const hostsPatience = time.Minute

// confined runs a cycle by the real host, as on an appliance: in the sandbox, and not observed.
func confined(s *Scenes, r *Recording, dir string) (err error) {
	installed, err := startable(s.Product, dir)
	if err != nil {
		return err
	}
	installed.Profile.Limits.Collect = max(installed.Profile.Limits.Collect, hostsPatience)
	run, remove, err := workspace.SocketFolder(s.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	var log bytes.Buffer
	var writing sync.Mutex // a process that cannot be killed may still log when Collect has returned
	host := &pluginhost.Host{Product: installed, Run: run, Root: r.World.Root, Sources: r.World.Sources,
		Log:   hclog.New(&hclog.LoggerOptions{Output: &log, Mutex: &writing, JSONFormat: true}),
		Scrub: func(line string) string { return line }}
	report, err := host.Confinement()
	if unconfined := (*pluginhost.UnconfinedError)(nil); err != nil && !errors.As(err, &unconfined) {
		return err
	}
	r.Confined = &Confined{Lacking: report.Lacking(protection.All())}
	r.Confined.Collected, r.Confined.Err = host.Collect(s.ctx, usage.PeriodFrom(r.Period), nil, pluginhost.Former{})
	writing.Lock()
	r.Log = logLines(log.Bytes())
	writing.Unlock()
	r.Stage = Collected
	return nil
}

// startable returns the product in a folder from which the host starts it. The host refuses a
// folder that others can write, such as a work tree, so it is copied if necessary.
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
