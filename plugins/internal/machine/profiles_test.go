package machine_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// profiles reads all that report the machine.
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

// A word that only one of collector and profile knows would be reported as other for ever.
func TestClosedListsAreWhatTheCollectorsSay(t *testing.T) {
	t.Parallel()
	table := []struct {
		category, field, part string
		want                  []string
	}{
		{"hardware_configuration", "vendor", "", sysinfo.Vendors()},
		{"hardware_configuration", "model", "", sysinfo.Models()},
		{"hardware_configuration", "cpu_model", "", sysinfo.CPUModels()},
		{"hardware_configuration", "hypervisor", "", sysinfo.Hypervisors()},
		{"hardware_configuration", "disks", "kind", sysinfo.DiskKinds()},
		{"system_resource_usage", "disks", "role", sysinfo.Roles()},
	}
	for id, p := range profiles(t) {
		for _, row := range table {
			c, _ := p.Find(row.category)
			f, _ := c.Field(row.field)
			if row.part != "" {
				f, _ = f.Field(row.part)
			}
			if got := slices.Concat(f.Values, f.By); !slices.Equal(got, row.want) {
				t.Errorf("%s: %s.%s: got %q, want %q", id, row.category, row.field, got, row.want)
			}
		}
	}
}

// One reviewer's approval of these fields is worth something for all products only if they are the same.
func TestProfilesSayTheSameOfTheMachine(t *testing.T) {
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
