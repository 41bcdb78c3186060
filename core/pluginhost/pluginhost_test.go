package pluginhost

import (
	"bytes"
	"context"
	"crypto/sha256"
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
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// install puts this test's binary where a product of that name would be and returns a host for it.
func install(t testing.TB, mode string) (*Host, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	dir := filepath.Join(temp, mode)
	if err := errors.Join(os.Chmod(temp, 0o755), os.Mkdir(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(self, filepath.Join(dir, product.PluginName)); err != nil {
		if err := os.WriteFile(filepath.Join(dir, product.PluginName), text, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// a link has the mode that the compiler gave
	if err := os.Chmod(filepath.Join(dir, product.PluginName), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{profile.FileName, product.ChecksumName} {
		// its owner is looked at, the host below has what is in it
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run, err := os.MkdirTemp("", "ud")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { leavesNothing(t, run) })
	var log bytes.Buffer
	p := profile.Profile{
		ID: mode, Version: 1, Categories: []profile.Category{{Name: "first"}, {Name: "second"}},
		Limits: profile.Limits{Collect: 20 * time.Second, Collector: 10 * time.Second},
	}
	return &Host{
		Product: product.Installed{Profile: p, Dir: dir, Sum: sha256.Sum256(text)},
		Run:     run, Root: "/",
		Log:   hclog.New(&hclog.LoggerOptions{Output: &log, Level: hclog.Trace}),
		Scrub: func(line string) string { return fmt.Sprintf("[%d bytes]", len(line)) },
	}, &log
}

// leavesNothing checks that no socket folder is left, and no process that was started from below.
func leavesNothing(t testing.TB, run string) {
	t.Helper()
	left, err := os.ReadDir(run)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the run folder: %v, %v", left, err)
	}
	if err := os.RemoveAll(run); err != nil {
		t.Error(err)
	}
}

func period() usage.Period { return usage.LastPeriod(time.Now()) }

func TestCollect(t *testing.T) {
	host, _ := install(t, "good")
	got, err := host.Collect(t.Context(), period(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Observations) != 2 || len(got.Omissions) != 0 {
		t.Errorf("got %d observations, omissions %v", len(got.Observations), got.Omissions)
	}
}

func TestWhatAPluginDoesNotSendIsOmitted(t *testing.T) {
	host, _ := install(t, "short")
	got, err := host.Collect(t.Context(), period(), nil)
	want := []usage.Omission{{Category: "second", Reason: usage.NotSent}}
	if err != nil || !slices.Equal(got.Omissions, want) {
		t.Errorf("got %v, %v want %v", got.Omissions, err, want)
	}
}

// Whatever the plugin does, the host says what in its own words, keeps what had arrived, and nothing is left behind.
func TestCarelessPlugins(t *testing.T) {
	for _, tt := range []struct {
		mode, want string
		arrived    int
	}{
		{"exits", "start plugin exits: the plugin ended before it shook hands: exit status 3", 0},
		{"silent", "start plugin silent: the plugin took too long: context deadline exceeded", 0},
		{"babbles",
			"start plugin babbles: it printed something else before its handshake, which belongs first on standard output", 0},
		{"elsewhere", "start plugin elsewhere: it shows no certificate: the connection must be mutual TLS", 0},
		{"floodsout",
			"start plugin floodsout: it printed something else before its handshake, which belongs first on standard output", 0},
		{"stopped", "start plugin stopped: the plugin took too long: context deadline exceeded", 0},
		{"otherproduct", "describe plugin otherproduct: it is the plugin of another product", 0},
		{"dies", "collect plugin dies: the plugin ended: signal: killed", 1},
		{"hangs", "collect plugin hangs: the plugin answered DeadlineExceeded", 1},
		{"twice", "collect plugin twice: it sent a category twice", 1},
		{"undeclared", "collect plugin undeclared: it sent a category that the profile does not have", 1},
		{"torn", "collect plugin torn: its stream ended without an end", 2},
		{"miscounts", "collect plugin miscounts: its end counts other categories than it sent", 1},
		{"goeson", "collect plugin goeson: it went on after the end", 1},
		{"empty", "collect plugin empty: it sent an empty step", 1},
		{"huge", "collect plugin huge: the plugin answered ResourceExhausted", 1},
		{"fails", "collect plugin fails: the plugin answered Unknown", 1},
	} {
		t.Run(tt.mode, func(t *testing.T) {
			t.Parallel()
			host, log := install(t, tt.mode)
			switch tt.mode {
			case "silent", "stopped":
				host.patience = 5 * time.Second
			case "hangs":
				host.Product.Profile.Limits.Collect = 5 * time.Second
			}
			got, err := host.Collect(t.Context(), period(), nil)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if len(got.Observations) != tt.arrived {
				t.Errorf("arrived: got %d want %d", len(got.Observations), tt.arrived)
			}
			if strings.Contains(fmt.Sprint(err, log), "core-01") {
				t.Errorf("the plugin's words are shown: %v\n%s", err, log)
			}
		})
	}
}

// Where a plugin's child can't be prevented, it neither blocks the host by holding the pipes open nor outlives the
// cycle.
func TestChildrenGoWithThePlugin(t *testing.T) {
	host, _ := install(t, "leftbehind")
	host.children = true
	if _, err := host.Collect(t.Context(), period(), nil); err != nil { // the child would hold it up for an hour
		t.Fatal(err)
	}
	left := func() []string {
		return processes(func(pid string) bool { return strings.Contains(cmdline(pid), "\x00"+leftBehind) })
	}
	if !soon(func() bool { return len(left()) == 0 }) { // killed, but not yet ended
		t.Errorf("still running: %v", left())
	}
}

// The plugin's log comes through scrubbed, with its level, and a line that would make go-plugin panic does no harm.
func TestLogLinesAreScrubbed(t *testing.T) {
	host, log := install(t, "logs")
	if _, err := host.Collect(t.Context(), period(), nil); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(log.String(), "core-01") || strings.Contains(log.String(), "10.1.2.3") {
		t.Errorf("the log shows values:\n%s", log)
	}
	if !strings.Contains(log.String(), "[WARN]  logs: [43 bytes]") {
		t.Errorf("the warning is missing:\n%s", log)
	}
}

func TestFloodIsDroppedAndCounted(t *testing.T) {
	host, log := install(t, "floodserr")
	if _, err := host.Collect(t.Context(), period(), nil); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(log.String(), "\n"); lines > maxLines+5 {
		t.Errorf("got %d lines in the log", lines)
	}
	if !strings.Contains(log.String(), "plugin logged too much: dropped_lines=") {
		t.Error("the flood is not counted")
	}
}

// asReleased has no options of the race detector go to plugins.
func asReleased(t *testing.T) {
	t.Setenv("GORACE", "") // is set again after the test
	if err := os.Unsetenv("GORACE"); err != nil {
		t.Fatal(err)
	}
}

// The plugin gets nothing of the host's environment but what the handshake needs.
func TestEnvironmentIsNotInherited(t *testing.T) {
	t.Setenv("SECRET_OF_THE_HOST", "x")
	asReleased(t)
	host, _ := install(t, "environment")
	description, err := host.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range strings.Split(description.GetPluginVersion(), "\n") {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "PLUGIN_") && name != "GOMEMLIMIT" && name != "USAGEDATA_PLUGIN" &&
			name != "USAGEDATA_LIFELINE" && strings.HasPrefix(pair, name+"=") && name == strings.ToUpper(name) && name != "" &&
			!strings.HasPrefix(name, "-----") {
			t.Errorf("inherited: %s", name)
		}
	}
}

// PLUG-1: what is installed is what runs.
func TestAnotherBinaryIsNotRun(t *testing.T) {
	host, _ := install(t, "good")
	host.Product.Sum[0]++
	if _, err := host.Collect(t.Context(), period(), nil); !errors.Is(err, product.ErrChecksum) {
		t.Errorf("got %v want %v", err, product.ErrChecksum)
	}
}

func TestCancelEndsThePlugin(t *testing.T) {
	host, _ := install(t, "hangs") // for an hour
	host.Product.Profile.Limits.Collect, host.Product.Profile.Limits.Collector = time.Hour, time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(2*time.Second, cancel)
	began := time.Now()
	if _, err := host.Collect(ctx, period(), nil); err == nil {
		t.Error("got no error")
	}
	if took := time.Since(began); took > time.Minute { // an hour, were it not for the end
		t.Errorf("the end took %v", took)
	}
}

func TestRunFolderTooLong(t *testing.T) {
	host, _ := install(t, "good")
	host.Run = "/" + strings.Repeat("x", 60)
	if _, err := host.Collect(t.Context(), period(), nil); err == nil || !strings.Contains(err.Error(), "no socket fits") {
		t.Errorf("got %v", err)
	}
}

// What a host that was killed left behind goes at the next start; what a living host uses stays.
func TestSweep(t *testing.T) {
	run := t.TempDir()
	gone := filepath.Join(run, "plugin-999999999-1")
	alive := filepath.Join(run, fmt.Sprintf("plugin-%d-1", os.Getpid()))
	other := filepath.Join(run, "admin")
	for _, dir := range []string{gone, alive, other} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	sweep(run)
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
