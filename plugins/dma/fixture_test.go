package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	export "polycom.com/usagedata/test/appliance/networkusage"
	standin "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// appliance is a DMA, or parts of it: the Platform API played, the agent real, the export written.
type appliance struct {
	api    *standin.Appliance
	agent  *snmpd.Daemon
	export *export.Export
}

// standIn is all of it for the length of a test.
func standIn(t *testing.T, config standin.Config) appliance {
	t.Helper()
	return appliance{platformAPI(t, config), agent(t, snmpd.Config{Objects: snmpd.DMA()}), anExport()}
}

func platformAPI(t *testing.T, config standin.Config) *standin.Appliance {
	t.Helper()
	a, err := standin.Start(config)
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

// anExport has some rows before and behind the period.
func anExport() *export.Export {
	return &export.Export{Start: period().Start.Add(-10 * time.Minute), Minutes: 80, Scopes: 60}
}

func period() sdk.Period {
	start := time.Date(2026, time.March, 1, 13, 0, 0, 0, time.UTC)
	return sdk.Period{Start: start, End: start.Add(time.Hour)}
}

// on is what there is of the appliance, on the good root.
func (a appliance) on(t *testing.T) sdktest.On {
	t.Helper()
	on := sdktest.On{Root: root(t), Sources: map[string]any{}, Period: period()}
	if a.api != nil {
		user, password := a.api.Credentials()
		on.Sources["platform_api"] = map[string]any{
			"url": a.api.URL(), "credentials": file(t, user+":"+password), "ca": file(t, string(a.api.CA.PEM())),
		}
	}
	if a.agent != nil {
		settings, err := a.agent.Sources(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		on.Sources["snmp"] = settings
	}
	if a.export != nil {
		on.Sources["network_usage"] = map[string]any{"files": exportPath}
		write(t, on.Root, *a.export)
	}
	return on
}

// exportPath is where the export lies on the appliance.
const exportPath = "/var/polycom/network-usage.csv"

func write(t *testing.T, root string, e export.Export) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(root+exportPath), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(root + exportPath)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Write(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// root is a copy of the good root, in which a test may write.
func root(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/good")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func collect(t *testing.T, on sdktest.On) sdktest.Result {
	t.Helper()
	result, _ := collectBy(t, on)
	return result
}

func collectBy(t *testing.T, on sdktest.On) (sdktest.Result, *dma) {
	t.Helper()
	var d *dma
	result := sdktest.Collect(t, profileYAML, func(env sdk.Env) ([]sdk.Category, error) {
		d = newDMA(env)
		return d.categories(), nil
	}, on)
	return result, d
}
