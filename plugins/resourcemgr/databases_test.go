package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/appliance/postgres"
	"polycom.com/usagedata/test/viewcontract"
)

// unread is what is omitted where no view can be read.
func unread(reason sdk.Reason) map[string]sdk.Reason {
	views := because(reason, append(of("system_configuration", toldByViews, true),
		"license_information", "counts", "feature_configuration", "security_settings")...)
	return both(both(views, noMachine), because(sdk.NotConfigured, "system_configuration.redundancy_status"))
}

func TestDatabasesThatCanNotBeRead(t *testing.T) {
	t.Parallel()
	for how, row := range map[string]struct {
		spoil func(*viewcontract.Database, map[string]any)
		want  sdk.Reason
	}{
		"wrong password": {func(d *viewcontract.Database, s map[string]any) { s["credentials"] = file(t, d.Role+":wrong") },
			sdk.LoginRefused},
		"nobody there":     {func(_ *viewcontract.Database, s map[string]any) { s["address"] = "127.0.0.1:1" }, sdk.Refused},
		"another database": {func(_ *viewcontract.Database, s map[string]any) { s["name"] = "another" }, sdk.NotFound},
		"no views": {func(d *viewcontract.Database, _ map[string]any) { d.Exec(t, "DROP SCHEMA usage_data CASCADE") },
			sdk.NotOnRelease},
		"no rights": {func(d *viewcontract.Database, _ map[string]any) {
			d.Exec(t, "REVOKE usage_data_reader FROM \""+d.Role+"\"")
		}, sdk.NotPermitted},
	} {
		d := product.Database(t)
		on := appliance{database: d}.bare(t)
		row.spoil(d, on.Sources["database"].(map[string]any))
		got := collect(t, on)
		if diff := cmp.Diff(unread(row.want), got.Omitted); diff != "" {
			t.Errorf("%s: omitted (-want +got)\n%s\n%s", how, diff, got.Log)
		}
		if leaks := d.Leaks(text(got)); len(leaks) > 0 {
			t.Errorf("%s: got %q in values or log", how, leaks)
		}
	}
}

// A server that recovers admits nobody yet; one that follows another has the views of the other, which reports them.
func TestDatabasesInRecovery(t *testing.T) {
	t.Parallel()
	for name, follow := range map[string]func() (*postgres.Cluster, error){"standby": product.Cluster.Standby,
		"recovering": product.Cluster.Recovering} {
		follower, err := follow()
		if err != nil {
			t.Fatal(err)
		}
		closed(t, follower.Close)
		on := appliance{}.bare(t)
		if on.Sources["database"], err = follower.Sources(t.TempDir()); err != nil {
			t.Fatal(err)
		}
		got := collect(t, on)
		if diff := cmp.Diff(unread(sdk.SourceStarting), got.Omitted); diff != "" {
			t.Errorf("%s: omitted (-want +got)\n%s\n%s", name, diff, got.Log)
		}
	}
}

// Whatever becomes of the views, the database's own statistics are the machine's.
func TestTheDatabasesStatistics(t *testing.T) {
	t.Parallel()
	d := product.Database(t)
	d.Exec(t, "DROP SCHEMA usage_data CASCADE")
	got := collect(t, appliance{database: d}.on(t))
	if database,
		_ := got.Values["system_resource_usage"]["database"].(map[string]any); database["engine"] != "postgresql" {
		t.Errorf("got database %v, want the server's statistics", database)
	}
	wrong := appliance{database: d}.on(t)
	wrong.Sources["database"].(map[string]any)["credentials"] = file(t, d.Role+":wrong")
	if got := collect(t, wrong).Omitted["system_resource_usage.database"]; got != sdk.LoginRefused {
		t.Errorf("got omitted %q, want %q", got, sdk.LoginRefused)
	}
	folder := appliance{}.on(t)
	folder.Sources["database"] = map[string]any{"path": "/proc"}
	if got := collect(t, folder); got.Values["system_resource_usage"]["database"] == nil ||
		got.Omitted["security_settings"] != sdk.NotConfigured {
		t.Errorf("got omitted %v, want the folder's size, and no views", got.Omitted)
	}
}
