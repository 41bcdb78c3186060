package main

import (
	_ "embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
	"polycom.com/usagedata/test/viewcontract"
)

//go:embed usage_data.sql
var usageData string

// product is a real PostgreSQL server in which the contract is installed.
var product *viewcontract.Server

func TestMain(m *testing.M) {
	var err error
	if product, err = viewcontract.Start(usageData); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := product.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// appliance is the stand-in of a Resource Manager, or parts of it: the Platform API played, agent and database real.
type appliance struct {
	api      *api.Appliance
	agent    *snmpd.Daemon
	database *viewcontract.Database
}

// standIn is all of it for the length of a test.
func standIn(t *testing.T) appliance {
	t.Helper()
	return appliance{platformAPI(t, api.Config{}), agent(t, snmpd.Config{Objects: snmpd.ResourceManager()}),
		product.Database(t)}
}

// platformAPI answers in kebab-case, unless it is said otherwise.
func platformAPI(t *testing.T, config api.Config) *api.Appliance {
	t.Helper()
	if config.Site == nil {
		site := api.ResourceManager()
		config.Site, config.Names = &site, api.KebabCase
	}
	a, err := api.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, a.Close)
	return a
}

func agent(t *testing.T, config snmpd.Config) *snmpd.Daemon {
	t.Helper()
	d, err := snmpd.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, d.Close)
	return d
}

func closed(t *testing.T, end func() error) {
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
}

// on is what there is of the appliance, on the good root.
func (a appliance) on(t *testing.T) sdktest.On {
	t.Helper()
	sources := map[string]any{}
	if a.database != nil {
		maps.Copy(sources, a.database.Sources(t))
	}
	if a.api != nil {
		user, password := a.api.Credentials()
		sources["platform_api"] = map[string]any{
			"url": a.api.URL(), "credentials": file(t, user+":"+password), "ca": file(t, string(a.api.CA.PEM())),
		}
	}
	if a.agent != nil {
		settings, err := a.agent.Sources(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		sources["snmp"] = settings
	}
	return sdktest.On{Root: "testdata/good", Sources: sources}
}

// bare is the same on a root that has nothing but a name: it is quicker, as the operating system takes a second to
// watch.
func (a appliance) bare(t *testing.T) sdktest.On {
	t.Helper()
	on := a.on(t)
	on.Root = t.TempDir()
	if err := os.Mkdir(filepath.Join(on.Root, "etc"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(on.Root, "etc/hostname"), []byte("rprm-isar-toelz-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return on
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// collect runs the plugin once. The connection to the database ends with the plugin's process, and here with the
// collect.
func collect(t *testing.T, on sdktest.On) sdktest.Result {
	t.Helper()
	result, _ := collectBy(t, on)
	return result
}

func collectBy(t *testing.T, on sdktest.On) (sdktest.Result, *manager) {
	t.Helper()
	var m *manager
	result := sdktest.Collect(t, profileYAML, func(env sdk.Env) ([]sdk.Category, error) {
		m = newManager(env)
		return m.categories(), nil
	}, on)
	m.database.Close()
	return result, m
}
