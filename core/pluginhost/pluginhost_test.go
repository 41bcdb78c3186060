package pluginhost

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/shelf"
)

func TestCollect(t *testing.T) {
	host, _ := install(t, shelf.Sound)
	got, err := host.Collect(t.Context(), period(), nil, Former{})
	if err != nil {
		t.Fatal(err)
	}
	want := []usage.Omission{{Category: "station", Reason: usage.NotConfigured}}
	if len(arrived(got)) != 3 || !slices.Equal(got.Omissions, want) || got.Carryover != nil {
		t.Errorf("got %v, %v, carryover %v, want all but the station", arrived(got), got.Omissions,
			got.Carryover != nil)
	}
}

func TestCategoriesNotSentAreOmitted(t *testing.T) {
	host, _ := install(t, "fewer")
	got, err := host.Collect(t.Context(), period(), nil, Former{})
	want := []usage.Omission{{Category: "license_information", Reason: usage.NotSent}}
	if err != nil || !slices.Equal(got.Omissions, want) {
		t.Errorf("got %v, %v want %v", got.Omissions, err, want)
	}
}

// If a plugin's child cannot be prevented, it neither blocks the host by holding the pipes open nor
// outlives the cycle.
func TestChildrenAreKilledWithThePlugin(t *testing.T) {
	host, log := install(t, "grandchild")
	host.allowChildren = true
	// the child would hold it up for an hour
	if _, err := host.Collect(t.Context(), period(), nil, Former{}); err != nil {
		t.Fatal(err)
	}
	left := func() []string {
		return processes(func(pid string) bool { return filepath.Dir(executable(pid)) == host.Product.Dir })
	}
	if strings.Contains(log.String(), "[WARN]") {
		t.Errorf("it could not start a child: %s", log)
	}
	if !soon(func() bool { return len(left()) == 0 }) { // killed, but not yet ended
		t.Errorf("still running: %v", left())
	}
}

// The plugin's log comes through scrubbed, with its level.
func TestLogLinesAreScrubbed(t *testing.T) {
	host, log := install(t, "readskey") // which logs the path that it could not open
	if _, err := host.Collect(t.Context(), period(), nil, Former{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(log.String(), "could not") || strings.Contains(log.String(), host.Root) {
		t.Errorf("the log shows values:\n%s", log)
	}
	if !strings.Contains(log.String(), "[WARN]  readskey: [") {
		t.Errorf("the warning is missing:\n%s", log)
	}
}

func TestExcessLogLinesAreDroppedAndCounted(t *testing.T) {
	host, log := install(t, "floodserr")
	if _, err := host.Collect(t.Context(), period(), nil, Former{}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(log.String(), "\n"); lines > maxLines+5 {
		t.Errorf("got %d lines in the log", lines)
	}
	if !strings.Contains(log.String(), "plugin logged too many lines: dropped_lines=") {
		t.Error("the flood is not counted")
	}
}

// withoutRaceOptions keeps the options of the race detector from the plugins.
func withoutRaceOptions(t *testing.T) {
	t.Setenv("GORACE", "") // is set again after the test
	if err := os.Unsetenv("GORACE"); err != nil {
		t.Fatal(err)
	}
}

// inheritedBy returns the environment that the host gives to a plugin, and the descriptors that the
// plugin inherited.
func inheritedBy(t *testing.T) (environment, descriptors string) {
	t.Helper()
	host, _ := install(t, "inquisitive")
	description, err := host.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	environment, descriptors, _ = strings.Cut(description.GetPluginVersion(), "\x00")
	return environment, descriptors
}

// The plugin gets only the variables of the host's environment that the handshake needs.
func TestEnvironmentIsNotInherited(t *testing.T) {
	t.Setenv("SECRET_OF_THE_HOST", "x")
	withoutRaceOptions(t)
	environment, _ := inheritedBy(t)
	for _, pair := range strings.Split(environment, "\n") {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "PLUGIN_") && name != "GOMEMLIMIT" && name != "USAGEDATA_PLUGIN" &&
			name != "USAGEDATA_LIFELINE" && strings.HasPrefix(pair, name+"=") && name == strings.ToUpper(name) &&
			name != "" &&
			!strings.HasPrefix(name, "-----") {
			t.Errorf("inherited: %s", name)
		}
	}
}

// PLUG-1: only the installed binary is run; another one is refused with [product.ErrChecksum].
func TestAnotherBinaryIsNotRun(t *testing.T) {
	host, _ := install(t, shelf.Sound)
	host.Product.Sum[0]++
	if _, err := host.Collect(t.Context(), period(), nil, Former{}); !errors.Is(err, product.ErrChecksum) {
		t.Errorf("got %v want %v", err, product.ErrChecksum)
	}
}

func TestCancelKillsThePlugin(t *testing.T) {
	host, _ := install(t, "hangscollect")
	host.Product.Profile.Limits.Collect, host.Product.Profile.Limits.Collector = time.Hour, time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(2*time.Second, cancel)
	began := time.Now()
	if _, err := host.Collect(ctx, period(), nil, Former{}); err == nil {
		t.Error("got no error")
	}
	if took := time.Since(began); took > time.Minute { // it would take three minutes if the plugin were not killed
		t.Errorf("the end took %v", took)
	}
}

func TestRunFolderPathIsLimited(t *testing.T) {
	host, _ := install(t, shelf.Sound)
	host.Run = "/" + strings.Repeat("x", 60)
	if _, err := host.Collect(t.Context(), period(), nil, Former{}); err == nil ||
		!strings.Contains(err.Error(), "allows at most") {
		t.Errorf("got %v", err)
	}
}

// Folders that a killed host left behind are removed at the next start; those of a running host
// stay.
func TestStaleFoldersAreRemoved(t *testing.T) {
	run := t.TempDir()
	gone := filepath.Join(run, "plugin-999999999-1")
	alive := filepath.Join(run, fmt.Sprintf("plugin-%d-1", os.Getpid()))
	other := filepath.Join(run, "admin")
	for _, dir := range []string{gone, alive, other} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	removeStaleFolders(run)
	if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a dead host's folder: got %v want it removed", err)
	}
	for _, dir := range []string{alive, other} {
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("%s was removed", filepath.Base(dir))
		}
	}
}

func FuzzLogLine(f *testing.F) {
	f.Add([]byte(`{"@message":1}`))
	f.Add([]byte(`{"@level":"error","@message":"x","a":{"b":[1]}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		level, _, _ := parse(line)
		if level < hclog.Trace || level > hclog.Off {
			t.Errorf("level %d", level)
		}
	})
}
