package machine_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// profiles returns every profile that reports the machine.
func profiles(t *testing.T) map[string]profile.Profile {
	t.Helper()
	paths, err := filepath.Glob("../../*/profile.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]profile.Profile{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := profile.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, ok := p.Find("hardware_configuration"); ok {
			found[p.ID] = p
		}
	}
	return found
}

// The closed lists of one profile equal those of the collectors. The next test compares the other
// profiles with it.
func TestClosedLists(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../dma/profile.yaml")
	if err != nil {
		t.Fatal(err)
	}
	sdktest.ClosedLists(t, text, sysinfo.ClosedLists())
}

// A reviewer's approval of these fields holds for all products only if the fields are the same.
func TestProfilesDescribeTheMachineAlike(t *testing.T) {
	t.Parallel()
	all := profiles(t)
	if len(all) != 4 {
		t.Fatalf("got %d profiles that report the machine, want those of four products", len(all))
	}
	for _, name := range []string{"hardware_configuration", "system_resource_usage"} {
		want, _ := all["dma"].Find(name)
		for id, p := range all {
			got, _ := p.Find(name)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s differs from the DMA's (-dma +%s)\n%s", id, name, id, diff)
			}
		}
	}
}

// Every profile that reports the machine declares the counters by which its load is measured, with the
// same meaning.
func TestProfilesDeclareTheCounters(t *testing.T) {
	t.Parallel()
	all := profiles(t)
	for id, p := range all {
		if diff := cmp.Diff(sysinfo.Counters(), p.CounterNames()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", id, diff)
		}
		if diff := cmp.Diff(all["dma"].Counters, p.Counters); diff != "" {
			t.Errorf("%s differs from the DMA's (-dma +%s)\n%s", id, id, diff)
		}
	}
}

// The database's settings and fields are those that its source prescribes for profiles.
func TestTheDatabaseIsAsItsSourceHasIt(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../core/sdk/source/postgres/testdata/profile.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := profile.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for id, p := range profiles(t) {
		ignored := cmp.Options{cmpopts.IgnoreFields(profile.Source{}, "Interface")}
		if id == "resourcemgr" { // its database is inferred, and described as such
			ignored = append(ignored, cmpopts.IgnoreFields(profile.Source{}, "Doc"),
				cmpopts.IgnoreFields(profile.SourceSetting{}, "Doc"))
		}
		if diff := cmp.Diff(want.Sources, databases(p), ignored); diff != "" {
			t.Errorf("%s: sources (-want +got)\n%s", id, diff)
		}
		if diff := cmp.Diff(database(want), database(p)); diff != "" {
			t.Errorf("%s: system_resource_usage.database (-want +got)\n%s", id, diff)
		}
	}
}

func databases(p profile.Profile) []profile.Source {
	return slices.DeleteFunc(slices.Clone(p.Sources), func(s profile.Source) bool { return s.Name != "database" })
}

func database(p profile.Profile) profile.Field {
	c, _ := p.Find("system_resource_usage")
	f, _ := c.Field("database")
	return f
}
