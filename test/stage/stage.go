// Package stage creates an appliance in a folder: an installed product, its configuration, and, on
// loopback, the product's other servers and the collection point. These are real servers, or
// stand-ins if there are none. The host and the plugin that run on it are the real programs. The
// demo and the script tests use it.
package stage

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/collectionpoint"
)

// Plan describes the appliance.
type Plan struct {
	Dir      string // created; absolute
	Bin      string // the output of `make build`: usagedata, products/<id>/
	Product  string
	Products string // the folder to install the product in; empty: Dir/products
	// a flow mapping for the copied profile, such as {before: 0s, after: 0s}; empty: as approved
	Blackout string
	Whole    bool                // with all servers of the product; otherwise only its Platform API, which starts fast
	Release  platformapi.Release // of the stand-in; empty: the newest
	Site     *platformapi.Site   // of the stand-in; nil: a believable one of the product
	Named    string              // the machine's name for the host; requires root. Empty: unchanged
	Zone     string              // the host's time zone; empty: the test's
	Config   string              // of config.yaml; empty: in Dir
	Receiver string              // the built usagedata-collect, to be the collection point; empty: the stand-in
	Sources  string              // the sources in config.yaml, as YAML; empty: the existing parts
}

// Stage is a created appliance. Call Close when it is no longer needed.
type Stage struct {
	Dir       string
	Config    string                 // path of config.yaml
	Point     *collectionpoint.Point // nil if there is a receiver
	Receiver  *Receiver              // nil if there is none
	Appliance *platformapi.Appliance // nil if the product has none
	Site      platformapi.Site
	Serial    string // the serial number of a whole appliance, which is sent in clear

	plan  Plan
	names platformapi.Names // as the product writes members
	parts []part
	run   string
	host  string
}

// Set creates the appliance and starts its servers.
func Set(plan Plan) (*Stage, error) {
	s := &Stage{
		Dir: plan.Dir, Site: platformapi.Believable(), Config: cmp.Or(plan.Config,
			filepath.Join(plan.Dir, "config.yaml")),
		Serial: whole[plan.Product].serial,
		plan:   plan, host: filepath.Join(plan.Bin, "usagedata"),
	}
	if plan.Product == "resourcemgr" {
		s.Site, s.names = platformapi.ResourceManager(), platformapi.KebabCase
	}
	if plan.Site != nil {
		s.Site = *plan.Site
	}
	err := errors.Join(s.install(plan), s.start())
	if err == nil {
		err = s.configure()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("set up the appliance: %w", err), s.Close())
	}
	return s, nil
}

func (s *Stage) start() (err error) {
	makers := []maker{platformAPI}
	if s.plan.Whole {
		makers = whole[s.plan.Product].makers
	}
	for _, build := range makers {
		if err := s.add(build); err != nil {
			return err
		}
	}
	if s.plan.Receiver != "" {
		s.Receiver, err = startReceiver(s.plan.Receiver, s.path("collection"))
	} else {
		s.Point, err = collectionpoint.Start(collectionpoint.Config{Dir: s.Dir})
	}
	if err != nil {
		return err
	}
	// The path of a socket must be short, and the stage's folder may not be.
	s.run, err = os.MkdirTemp("", "ud")
	return err
}

// configure writes config.yaml and the files that it names.
func (s *Stage) configure() error {
	address, authority := "", []byte(nil)
	if s.Receiver != nil {
		address, authority = s.Receiver.Address, s.Receiver.CA()
	} else {
		address, authority = s.Point.Address(), s.Point.CA.PEM()
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	sources, err := s.sources()
	if err != nil {
		return err
	}
	text := fmt.Sprintf(config, s.plan.Product, s.Dir, s.run, port, sources, s.products())
	return errors.Join(
		os.WriteFile(s.Config, []byte(text), 0o640),
		os.WriteFile(s.path("point-ca.pem"), authority, 0o644),
	)
}

// sources returns the lines under sources in config.yaml, one for each source.
func (s *Stage) sources() (string, error) {
	if s.plan.Sources != "" {
		return s.plan.Sources, nil
	}
	var text strings.Builder
	for _, p := range s.parts {
		for _, name := range slices.Sorted(maps.Keys(p.sources)) {
			settings, err := json.Marshal(p.sources[name]) // JSON is YAML
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&text, "  %s: %s\n", name, settings)
		}
	}
	return text.String(), nil
}

const config = `product: %[1]s
products: %[6]s
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

func (s *Stage) products() string { return cmp.Or(s.plan.Products, s.path("products")) }

func (s *Stage) path(name string) string { return filepath.Join(s.Dir, name) }

// Host returns a command line of the real program for this appliance.
func (s *Stage) Host(args ...string) *exec.Cmd {
	line := append([]string{s.host, "--config", s.Config}, args...)
	if s.plan.Named != "" {
		// The name belongs to the namespace, and ends with the host.
		line = append([]string{"unshare", "--uts", "sh", "-c", `hostname "$0" && exec "$@"`, s.plan.Named}, line...)
	}
	command := exec.Command(line[0], line[1:]...)
	if s.plan.Zone != "" {
		command.Env = append(os.Environ(), "TZ="+s.plan.Zone)
	}
	return command
}

// Close stops everything that was started and removes the run folder. The other files, and received
// documents, stay.
func (s *Stage) Close() error {
	var found []error
	for _, p := range s.parts {
		if p.close != nil {
			found = append(found, p.close())
		}
	}
	if s.Point != nil {
		found = append(found, s.Point.Close())
	}
	if s.Receiver != nil && s.Receiver.Address != "" {
		found = append(found, s.Receiver.Close())
	}
	if s.run != "" {
		found = append(found, os.RemoveAll(s.run))
	}
	return errors.Join(found...)
}
