package pluginhost

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/internal/rooted"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/protection"
	"polycom.com/usagedata/test/shelf"
)

// SEND-5: a plugin that uses up memory is killed before the appliance notices, and the host says
// so.
func TestMemoryIsBounded(t *testing.T) {
	host, _ := install(t, "eatsmemory")
	host.Product.Profile.Limits.Memory = 64 << 20
	got, err := host.Collect(t.Context(), period(), nil)
	want := "collect plugin eatsmemory: the plugin ended: it used more than 64 MB of memory"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if len(arrived(got)) != 1 {
		t.Errorf("arrived: got %v want the first", arrived(got))
	}
}

// A plugin that can start a process could leave it behind, or run another binary than the one that
// was checked.
func TestPluginCannotStartAProcess(t *testing.T) {
	host, log := install(t, "grandchild")
	host.Scrub = func(line string) string { return line }
	_, err := host.Collect(t.Context(), period(), nil)
	if err != nil || !strings.Contains(log.String(), "could not start") {
		t.Errorf("the plugin could start a child, %v: %s", err, log)
	}
}

// Fail closed: if the kernel does not provide the protections that the profile demands, the plugin
// is not started.
func TestMissingProtectionPreventsTheStart(t *testing.T) {
	host, _ := install(t, shelf.Sound)
	host.Product.Profile.Confinement.Minimum = protection.All()
	if _, err := host.Collect(t.Context(), period(), nil); err != nil {
		t.Errorf("all is in force, got %v", err)
	}
	host.allowChildren = true
	_, err := host.Collect(t.Context(), period(), nil)
	var lacks *UnconfinedError
	want := []protection.Feature{protection.Processes}
	if !errors.As(err, &lacks) || !slices.Equal(lacks.Lacking, want) {
		t.Errorf("got %v want lacking %v", err, want)
	}
	report, err := host.Confinement()
	if !errors.As(err, &lacks) || len(report) != len(protection.All()) {
		t.Errorf("got %v, %v want the whole report and what is lacking", report, err)
	}
}

// The plugin may read the paths that the administrator configures and that the profile declares,
// and nothing by default.
func TestReadablePathsAreConfiguredOrDeclared(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"log/usage.csv.1", "log/usage.csv.2.gz", "log/usage-2026.csv", "log/Usage.CSV",
		"log/usages", "log/usage.key", "log/usage.csv.pem", "log/other", "data/x"} {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	host := &Host{Root: root, Product: product.Installed{Profile: profile.Profile{
		Confinement: profile.Confinement{Reads: []string{"/opt/mcu"}},
		Sources: []profile.Source{
			{Name: "api", Settings: []profile.SourceSetting{{Name: "url", Kind: profile.SettingURL},
				{Name: "credentials", Kind: profile.SettingSecret}}},
			{Name: "agent", Settings: []profile.SourceSetting{{Name: "address", Kind: profile.SettingAddress}}},
			{Name: "files", Settings: []profile.SourceSetting{{Name: "export", Kind: profile.SettingPath},
				{Name: "folders", Kind: profile.SettingPaths}}},
		},
	}}}
	for name, tt := range map[string]struct {
		sources map[string]any
		want    confine.Plan
	}{
		"nothing configured": {nil, confine.Plan{}},
		"a name": {map[string]any{"api": map[string]any{"url": "https://core-01.example.com",
			"credentials": "/etc/usagedata/api"}},
			confine.Plan{Read: []string{"/etc/usagedata/api"}, Ports: []uint16{443, 53}, Internet: true,
				Connect: true}},
		"an address": {map[string]any{"agent": map[string]any{"address": "127.0.0.1:161"}},
			confine.Plan{Ports: []uint16{161}, Internet: true, Connect: true}},
		"files": {map[string]any{"files": map[string]any{"export": "/log/usage.csv", "folders": []any{"/data"}}},
			confine.Plan{
				Read: []string{root + "/log/usage.csv", root + "/log/Usage.CSV", root + "/log/usage-2026.csv",
					root + "/log/usage.csv.1", root + "/log/usage.csv.2.gz", root + "/data"},
				List:    []string{root + "/log"},
				Connect: true,
			}},
		"source of another product": {map[string]any{"unheard": map[string]any{"path": "/data"}}, confine.Plan{}},
	} {
		host.Sources = tt.sources
		tt.want.Folder, tt.want.Memory = "/run/x", profile.DefaultMemory
		tt.want.Read = slices.Concat([]string{"/opt/mcu", root + "/opt/mcu"}, below(root), tt.want.Read)
		if diff := cmp.Diff(tt.want, host.bounds(nil, "/run/x").plan); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func below(root string) (paths []string) {
	for _, path := range confine.SystemPaths() {
		paths = append(paths, root+path)
	}
	return paths
}

// PLUG-2, confinement.reads: the same paths are readable below another root as on the appliance, also
// through links, and the others are not. The libraries of an interpreter are those of this machine.
func TestDeclaredPathsAreTheSameBelowAnotherRoot(t *testing.T) {
	appliance, machine := t.TempDir(), t.TempDir()
	for root, links := range map[string]string{"/": appliance, appliance: ""} {
		at := strings.TrimPrefix(appliance, root)
		if err := errors.Join(os.RemoveAll(appliance+"/opt"), os.RemoveAll(appliance+"/data"),
			os.MkdirAll(appliance+"/opt/acme", 0o755), os.MkdirAll(appliance+"/data/v2", 0o755),
			os.MkdirAll(appliance+"/etc", 0o755), os.WriteFile(appliance+"/etc/passwd", nil, 0o644),
			os.WriteFile(appliance+"/opt/acme/counts", nil, 0o644), os.WriteFile(appliance+"/opt/secret", nil, 0o644),
			os.WriteFile(appliance+"/data/v2/seats", nil, 0o644), os.WriteFile(machine+"/library", nil, 0o644),
			os.Symlink(links+"/data/v2", appliance+"/opt/current"), os.Symlink("../secret", appliance+"/opt/acme/key"),
			os.Symlink(links+"/opt/current/seats", appliance+"/opt/acme/seats")); err != nil {
			t.Fatal(err)
		}
		at = strings.TrimSuffix("/"+strings.Trim(at, "/"), "/")
		host := &Host{Root: root, Product: product.Installed{Profile: profile.Profile{Confinement: profile.Confinement{
			Reads: []string{at + "/opt/acme", at + "/opt/current", at + "/opt/missing", machine}}}}}
		binary, err := os.Open("/proc/self/exe")
		if err != nil {
			t.Fatal(err)
		}
		defer binary.Close()
		confine.RunOnThread(host.bounds(binary, t.TempDir()).plan, func(confine.Thread) {
			for path, want := range map[string]bool{"opt/acme/counts": true, "opt/current/seats": true,
				"opt/acme/seats": true, "data/v2/seats": true, "opt/acme/key": false, "opt/secret": false,
				"opt/missing": false, "etc/passwd": false} {
				f, err := rooted.At(root).Open(strings.TrimPrefix(at+"/"+path, "/"))
				if (err == nil) != want {
					t.Errorf("root %q, %s: got %v, want readable: %v", root, path, err, want)
				}
				if err == nil {
					f.Close()
				}
			}
			if _, err := os.ReadFile(machine + "/library"); err != nil {
				t.Errorf("root %q: the library of this machine: %v", root, err)
			}
		})
	}
}
