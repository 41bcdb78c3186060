// Package stage lays an appliance out in a folder: an installed product, its configuration, and, on loopback, the stand-ins
// for the product's own interface and for the collection point. The host and the plugin that run on it are the real
// programs. The demo and the script tests play here.
package stage

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"

	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/collectionpoint"
)

// Plan says what to lay out.
type Plan struct {
	Dir      string // made; absolute
	Bin      string // what `make build` made: usagedata, products/<id>/
	Product  string
	Blackout string              // a flow mapping for the copied profile, {before: 0s, after: 0s} for example; empty: as approved
	Release  platformapi.Release // of the stand-in; empty: the newest
	Site     *platformapi.Site   // of the stand-in; nil: Believable
	Sources  string              // the sources in config.yaml, as YAML; empty: the stand-in's Platform API
}

// Stage is an appliance that is laid out. Close it.
type Stage struct {
	Dir       string
	Config    string // path of config.yaml
	Point     *collectionpoint.Point
	Appliance *platformapi.Appliance
	Site      platformapi.Site

	run  string
	host string
}

// Set lays the appliance out and starts the stand-ins.
func Set(plan Plan) (*Stage, error) {
	s := &Stage{
		Dir: plan.Dir, Site: platformapi.Believable(), Config: filepath.Join(plan.Dir, "config.yaml"),
		host: filepath.Join(plan.Bin, "usagedata"),
	}
	if plan.Site != nil {
		s.Site = *plan.Site
	}
	err := errors.Join(s.install(plan), s.start(plan))
	if err == nil {
		err = s.configure(plan)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("set stage: %w", err), s.Close())
	}
	return s, nil
}

func (s *Stage) start(plan Plan) (err error) {
	if s.Appliance, err = platformapi.Start(platformapi.Config{Site: &s.Site, Release: plan.Release}); err != nil {
		return err
	}
	if s.Point, err = collectionpoint.Start(collectionpoint.Config{Dir: plan.Dir}); err != nil {
		return err
	}
	// A socket's path is short, and the stage's folder may not be.
	s.run, err = os.MkdirTemp("", "ud")
	return err
}

// configure writes config.yaml and the files that it names.
func (s *Stage) configure(plan Plan) error {
	_, port, err := net.SplitHostPort(s.Point.Address())
	if err != nil {
		return err
	}
	user, password := s.Appliance.Credentials()
	sources := cmp.Or(plan.Sources, fmt.Sprintf(platformAPI, s.Dir, s.Appliance.URL()))
	text := fmt.Sprintf(config, plan.Product, s.Dir, s.run, port, sources)
	return errors.Join(
		os.WriteFile(s.Config, []byte(text), 0o640),
		os.WriteFile(s.path("point-ca.pem"), s.Point.CA.PEM(), 0o644),
		os.WriteFile(s.path("platform-api-ca.pem"), s.Appliance.CA.PEM(), 0o644),
		os.WriteFile(s.path("platform-api.credentials"), fmt.Appendf(nil, "%s:%s\n", user, password), 0o600),
	)
}

const config = `product: %[1]s
products: %[2]s/products
analytics: %[2]s/analytics.json
folders:
  state: %[2]s/state
  log: %[2]s
  run: %[3]s
collection_point:
  host: localhost
  port: %[4]s
  ca: %[2]s/point-ca.pem
sources:
%[5]s`

const platformAPI = `  platform_api:
    url: %[2]s
    credentials: %[1]s/platform-api.credentials
    ca: %[1]s/platform-api-ca.pem
`

func (s *Stage) path(name string) string { return filepath.Join(s.Dir, name) }

// Host is a command line of the real program for this appliance.
func (s *Stage) Host(args ...string) *exec.Cmd {
	return exec.Command(s.host, append([]string{"--config", s.Config}, args...)...)
}

// Close stops the stand-ins and removes the run folder. What was laid out and received stays.
func (s *Stage) Close() error {
	var found []error
	if s.Appliance != nil {
		found = append(found, s.Appliance.Close())
	}
	if s.Point != nil {
		found = append(found, s.Point.Close())
	}
	if s.run != "" {
		found = append(found, os.RemoveAll(s.run))
	}
	return errors.Join(found...)
}
