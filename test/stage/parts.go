package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/postgres"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// part is a server that an appliance has in addition to its operating system: a real one, or a
// stand-in if there is none. A plugin reads it as the configuration says.
type part struct {
	sources map[string]any // its settings under sources, by name
	names   []string       // names that no document may hold
	close   func() error
}

// maker creates a part and keeps its files in the folder.
type maker func(s *Stage, folder string) (part, error)

// whole lists all parts of a product, and the serial number that one of them has.
var whole = map[string]struct {
	serial string
	makers []maker
}{
	"dma":      {"8K31774250D1EA", []maker{platformAPI, agent(snmpd.DMA), database(""), usageExport}},
	"websuite": {"WS-8L200353429AFC", []maker{database("websuite")}},
	"resourcemgr": {"RM-8K31774250D1EB", []maker{platformAPI, agent(snmpd.ResourceManager),
		database("resourcemgr")}},
	"accessdirector": {"RPAD-8L1904550B21CG", []maker{database("accessdirector")}},
	"rmxve":          {mcuSerial, []maker{agent(snmpd.RMX), mcu}},
}

// add creates a part.
func (s *Stage) add(build maker) error {
	folder := s.path("appliance")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	p, err := build(s, folder)
	if err == nil {
		s.parts = append(s.parts, p)
	}
	return err
}

// Names returns the customer's names and secrets in the parts. No document may hold one of them.
func (s *Stage) Names() []string {
	var names []string
	for _, p := range s.parts {
		names = append(names, p.names...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Sources returns the settings of the parts, by the source's name.
func (s *Stage) Sources() map[string]map[string]any {
	sources := map[string]map[string]any{}
	for _, p := range s.parts {
		for name, settings := range p.sources {
			sources[name], _ = settings.(map[string]any)
		}
	}
	return sources
}

// platformAPI starts the stand-in for the RealPresence Platform API, with the site and the release
// of the plan.
func platformAPI(s *Stage, folder string) (part, error) {
	a, err := platformapi.Start(platformapi.Config{Site: &s.Site, Release: s.plan.Release, Names: s.names})
	if err != nil {
		return part{}, err
	}
	s.Appliance = a
	user, password := a.Credentials()
	ca, credentials := filepath.Join(folder, "platform-api-ca.pem"), filepath.Join(folder, "platform-api.credentials")
	return part{
			sources: map[string]any{"platform_api": map[string]any{"url": a.URL(), "ca": ca,
				"credentials": credentials}},
			names: s.Site.Identifiers(),
			close: a.Close,
		}, errors.Join(os.WriteFile(ca, a.CA.PEM(), 0o644),
			os.WriteFile(credentials, fmt.Appendf(nil, "%s:%s\n", user, password), 0o600))
}

// agent starts a real SNMP agent that serves these objects.
func agent(objects func() []snmpd.Object) maker {
	return func(_ *Stage, folder string) (part, error) {
		d, err := snmpd.Start(snmpd.Config{Objects: objects()})
		if err != nil {
			return part{}, err
		}
		settings, err := d.Sources(folder)
		if err != nil {
			return part{}, errors.Join(err, d.Close())
		}
		return part{sources: map[string]any{"snmp": settings}, names: slices.Concat(snmpd.Identifiers(), d.Canaries()),
			close: d.Close}, nil
	}
}

// connections is the limit that a product's manual sets for the service's role.
const connections = 2

// database starts a real PostgreSQL server, and installs the view contract of a product that has
// one.
func database(product string) maker {
	return func(s *Stage, folder string) (part, error) {
		c, err := postgres.Start(postgres.Config{})
		if err != nil {
			return part{}, err
		}
		settings, err := c.Sources(folder)
		err = errors.Join(err, c.Limit(context.Background(), connections))
		if err == nil && product != "" {
			err = s.contract(c, product)
		}
		if err != nil {
			return part{}, errors.Join(err, c.Close())
		}
		return part{sources: map[string]any{"database": settings}, names: c.Identifiers(), close: c.Close}, nil
	}
}

// contract installs the product's views as its team would, from the file next to the built plugin's
// profile.
func (s *Stage) contract(c *postgres.Cluster, product string) error {
	text, err := os.ReadFile(filepath.Join(s.plan.Bin, "products", product, "usage_data.sql"))
	if err != nil {
		return err
	}
	return c.Install(context.Background(), string(text))
}
