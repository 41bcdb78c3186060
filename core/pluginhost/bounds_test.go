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
	got, err := host.Collect(t.Context(), period(), nil, Former{})
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
	_, err := host.Collect(t.Context(), period(), nil, Former{})
	if err != nil || !strings.Contains(log.String(), "could not start") {
		t.Errorf("the plugin could start a child, %v: %s", err, log)
	}
}

// Fail closed: if the kernel does not provide the protections that the profile demands, the plugin
// is not started.
func TestMissingProtectionPreventsTheStart(t *testing.T) {
	host, _ := install(t, shelf.Sound)
	host.Product.Profile.Confinement.Minimum = protection.All()
	if _, err := host.Collect(t.Context(), period(), nil, Former{}); err != nil {
		t.Errorf("all is in force, got %v", err)
	}
	host.allowChildren = true
	_, err := host.Collect(t.Context(), period(), nil, Former{})
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
	machine := t.TempDir()
	write(t, machine, "library")
	for _, wholeMachine := range []bool{true, false} {
		// The appliance is a folder. The plugin has it as its root, or it has the machine's root, and all
		// paths begin with the folder.
		appliance := t.TempDir()
		root, at := appliance, ""
		if wholeMachine {
			root, at = "/", appliance
		}
		for _, name := range []string{"opt/acme/counts", "opt/secret", "data/v2/seats", "etc/passwd"} {
			path := filepath.Join(appliance, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.Symlink(at+"/data/v2", appliance+"/opt/current"),
			os.Symlink(at+"/opt/current/seats", appliance+"/opt/acme/seats"),
			os.Symlink("../secret", appliance+"/opt/acme/key")); err != nil {
			t.Fatal(err)
		}
		host := &Host{Root: root, Product: declaring(at+"/opt/acme", at+"/opt/current", at+"/opt/missing", machine)}
		got := readable(t, host, root, at+"/opt/acme/counts", at+"/opt/current/seats", at+"/opt/acme/seats",
			at+"/data/v2/seats", at+"/opt/acme/key", at+"/opt/secret", at+"/opt/missing", at+"/etc/passwd")
		if want := []bool{true, true, true, true, false, false, false, false}; !slices.Equal(got, want) {
			t.Errorf("root %q: got %v, want %v", root, got, want)
		}
		if !readable(t, host, "/", machine+"/library")[0] {
			t.Errorf("root %q: got the library of this machine closed", root)
		}
	}
}

// PLUG-1: OpenSSL's configuration can be read where Red Hat has it, with its policies, and no key.
func TestConfigurationOfOpenSSL(t *testing.T) {
	host := &Host{Root: t.TempDir()}
	for _, name := range []string{"etc/pki/tls/openssl.cnf", "etc/pki/tls/private/key", "etc/ssl/private/key",
		"usr/share/crypto-policies/DEFAULT/opensslcnf.txt", "etc/crypto-policies/back-ends/krb5.config"} {
		path := filepath.Join(host.Root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/usr/share/crypto-policies/DEFAULT/opensslcnf.txt",
		host.Root+"/etc/crypto-policies/back-ends/opensslcnf.config"); err != nil {
		t.Fatal(err)
	}
	got := readable(t, host, host.Root, "/etc/pki/tls/openssl.cnf", "/etc/crypto-policies/back-ends/opensslcnf.config",
		"/etc/pki/tls/private/key", "/etc/ssl/private/key")
	if want := []bool{true, true, false, false}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func declaring(reads ...string) product.Installed {
	return product.Installed{Profile: profile.Profile{Confinement: profile.Confinement{Reads: reads}}}
}

// readable reports which files below a root the plugin can read.
func readable(t *testing.T, host *Host, root string, paths ...string) (can []bool) {
	t.Helper()
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	confine.RunOnThread(host.bounds(binary, t.TempDir()).plan, func(confine.Thread) {
		for _, path := range paths {
			f, err := rooted.At(root).Open(path[1:])
			can = append(can, err == nil)
			if err == nil {
				f.Close()
			}
		}
	})
	return can
}
