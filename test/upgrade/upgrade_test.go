// Package upgrade takes the state and the log of earlier versions, as they left them on an
// appliance, to this version, and checks that nothing is lost. testdata has a folder for each
// released version, made by its own programs; it is never changed.
package upgrade

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

// left describes the state that a version left: the waiting documents and the settings in force.
type left struct {
	now     time.Time // in the hour after the version ended
	waiting []string
	slot    time.Duration // without a blackout
	starts  int           // on its last date
	pending []string      // fields that are new, or of another kind, since they were accepted
}

var versions = map[string]left{
	"0.1.0": {
		now:     time.Date(2026, 11, 27, 20, 20, 0, 0, time.UTC),
		waiting: []string{"dma-20261127T1800Z-1yew49f347tzje8c7nv983ecng"},
		slot:    16*time.Minute + 19*time.Second, starts: 1,
		pending: []string{
			"host_id device", "licensing_status enum", "connection_status enum", "last_success time",
			"licensed_calls count",
			"burst_available flag", "burst_enabled flag", "features.counted flag", "features.count count",
			"features.perpetual flag",
			"features.borrow_start time", "features.borrow_end time", "from_snmp enum",
			"system_configuration.from_snmp enum", "counts.from_snmp enum", "statistics.registrations_by_state count",
			"statistics.from_snmp enum", "statistics.network_usage.files_unread count",
			"statistics.network_usage.peak_bandwidth_used measure",
			"statistics.network_usage.peak_bandwidth_percent measure",
			"statistics.network_usage.packet_loss.mean measure", "statistics.network_usage.packet_loss.max measure",
			"feature_configuration.enterprise_directory.last_refresh time",
			"feature_configuration.enterprise_directory.cache_status enum",
			"feature_configuration.enterprise_directory.blank_chairperson_codes count",
			"feature_configuration.enterprise_directory.blank_conference_codes count",
			"feature_configuration.enterprise_directory.duplicate_passcodes count",
			"system_resource_usage.cpu_interval duration",
		},
	},
}

// wire is a fake collection point that accepts everything.
type wire map[string]string

func (wire) HangUp() {}

func (w wire) Send(_ context.Context, id string, body []byte, _ bool) error {
	w[id] = string(body)
	return nil
}

// silent is a fake of a broken plugin: the waiting documents are uploaded anyway.
type silent struct{}

func (silent) Collect(context.Context, usage.Period, []string, pluginhost.Former) (pluginhost.Collected, error) {
	return pluginhost.Collected{}, errors.New("the plugin is broken")
}

// SEND-1, SEND-4, CONS-2: after an upgrade, the waiting documents are delivered unchanged, under
// the same identity, in the same slot, with the earlier [consent.Decision] and the earlier budget.
func TestUpgrade(t *testing.T) {
	found, err := os.ReadDir("testdata")
	if err != nil || len(found) != len(versions) {
		t.Fatalf("got %d versions, %v want %d", len(found), err, len(versions))
	}
	for version, was := range versions {
		t.Run(version, func(t *testing.T) { upgrade(t, filepath.Join("testdata", version), was) })
	}
}

func upgrade(t *testing.T, from string, was left) {
	dir := t.TempDir()
	install(t, from, dir)
	before := documents(t, dir)
	c, sent := assemble(t, dir, "dma", was.now)
	wantSame(t, filepath.Join(from, "state", "budget.json"), filepath.Join(dir, "state", "budget.sealed"))
	d, err := c.Decision.Read()
	if err != nil || d.Choice != consent.Allowed || d.Product != "dma" {
		t.Errorf("decision: got %v for %q, %v want allowed for dma", d.Choice, d.Product, err)
	}
	var pending []string
	for _, place := range d.Pending(c.Profile) {
		pending = append(pending, strings.TrimPrefix(place.String(), "license_information."))
	}
	if diff := cmp.Diff(was.pending, pending); diff != "" {
		t.Errorf("pending (-want +got)\n%s", diff)
	}
	seed, err := c.SlotSeed.For("")
	if got := (window.Window{}).Slot(seed, cycle.SlotMargin); err != nil || got != was.slot {
		t.Errorf("slot: got %v, %v want %v", got, err, was.slot)
	}
	wantSameKey(t, filepath.Join(from, "state", "key"), filepath.Join(dir, "state", "key"))
	if _, err := c.Run(t.Context()); err == nil {
		t.Error("got no error of the broken plugin")
	}
	for _, id := range was.waiting {
		if sent[id] == "" || !strings.Contains(before, sent[id]) {
			t.Errorf("%s: got %d bytes want it as it waited", id, len(sent[id]))
		}
	}
	if s, err := c.Quarantine.Look(was.now); err != nil || s.Today != was.starts+1 {
		t.Errorf("starts: got %d, %v want %d", s.Today, err, was.starts+1)
	}
	lines, err := c.Journal.Last(100)
	if err != nil || len(lines) < 4 || lines[0].Outcome != journal.Decided || lines[0].Actor != "an administrator" {
		t.Errorf("journal: got %+v, %v", lines, err)
	}
}

// wantSameKey requires the key's bytes to be the same, now preceded by a checksum.
func wantSameKey(t *testing.T, before, after string) {
	t.Helper()
	was, err := os.ReadFile(before)
	if err != nil {
		t.Fatal(err)
	}
	is, err := os.ReadFile(after)
	if err != nil || len(was) == 0 || len(is) == len(was) || !bytes.HasSuffix(is, was) {
		t.Errorf("the identity is another one: %d bytes, %v want those before and a checksum", len(is), err)
	}
	if _, err := anonymize.OpenKey(durable.OS{}, after).Load(); err != nil {
		t.Error(err)
	}
}

// T12: an upgrade that also switches to another product leaves that one undecided: documents
// allowed for the former product may not be sent for this one, and wait. After switching back, they
// are uploaded.
func TestUpgradeWithAnotherProductIsUndecided(t *testing.T) {
	for version, was := range versions {
		// the product is in the journal, or else in the documents' ids
		for _, lost := range []string{"nothing", "log"} {
			t.Run(version+" without "+lost, func(t *testing.T) {
				dir := t.TempDir()
				install(t, filepath.Join("testdata", version), dir)
				if err := os.RemoveAll(filepath.Join(dir, lost)); err != nil {
					t.Fatal(err)
				}
				switched(t, dir, was)
			})
		}
	}
}

func switched(t *testing.T, dir string, was left) {
	c, sent := assemble(t, dir, "websuite", was.now)
	d, err := c.Decision.Read()
	if err != nil || d.Choice != consent.Undecided || d.Product != "dma" {
		t.Errorf("decision: got %v for %q, %v want undecided, and that it was dma", d.Choice, d.Product, err)
	}
	if result, err := c.Run(t.Context()); err != nil || result.Outcome != journal.Declined || len(sent) > 0 {
		t.Errorf("got %s, %v, %d sent want it declined", result.Outcome, err, len(sent))
	}
	c, sent = assemble(t, dir, "dma", was.now)
	if _, _ = c.Run(t.Context()); len(sent) != len(was.waiting) {
		t.Errorf("switched back: got %d sent want %d", len(sent), len(was.waiting))
	}
}

// wantSame requires two files to have the same content.
func wantSame(t *testing.T, before, after string) {
	t.Helper()
	was, err := os.ReadFile(before)
	if err != nil {
		t.Fatal(err)
	}
	if is, err := os.ReadFile(after); err != nil || !bytes.Equal(is, was) {
		t.Errorf("%s: got %q, %v want %q", filepath.Base(after), is, err, was)
	}
}

// CONS-2: an earlier decision, without a list of fields, still accepts the fields of the first
// version of its product's profile. A field whose kind has changed since is pending, and no other.
func TestEarlierDecisionAcceptsTheFirstProfile(t *testing.T) {
	for id, want := range map[string]int{"dma": 28, "websuite": 9, "resourcemgr": 21, "accessdirector": 7, "rmxve": 3} {
		p, err := profile.Load(filepath.Join("../../plugins", id))
		if err != nil {
			t.Fatal(err)
		}
		pending := consent.Decision{Choice: consent.Allowed}.Pending(p)
		if len(pending) != want || len(p.Places()) < 3*want {
			t.Errorf("%s: got %d of %d pending want %d: %v", id, len(pending), len(p.Places()), want, pending)
		}
	}
}

// install copies the files that a version left, with their original modes, which a repository does
// not keep.
func install(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		at := filepath.Join(to, strings.TrimPrefix(path, from))
		if d.IsDir() {
			return os.MkdirAll(at, 0o750)
		}
		text, err := os.ReadFile(path)
		mode := fs.FileMode(0o640)
		if d.Name() == "key" {
			mode = 0o600
		}
		return errors.Join(err, os.WriteFile(at, text, mode))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// documents returns the content of all waiting documents' files.
func documents(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "state", "spool", "*.doc"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %v, %v want documents that wait", files, err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func assemble(t *testing.T, dir, product string, now time.Time) (*cycle.Cycle, wire) {
	t.Helper()
	p, err := profile.Load(filepath.Join("../../plugins", product))
	if err != nil {
		t.Fatal(err)
	}
	folders := statelayout.Folders{Disk: durable.OS{}, State: filepath.Join(dir, "state"),
		Log:       filepath.Join(dir, "log"),
		Analytics: filepath.Join(dir, "analytics.json"), Product: product}
	stores, err := folders.Open(p.Limits, quarantine.Binary{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	sent := wire{}
	return &cycle.Cycle{
		Stores: stores, Profile: p, Version: "1.0.0", Collector: silent{}, Sender: sent,
		Names:  func() (anonymize.Names, error) { return anonymize.Appliance("/") },
		Wire:   func() (int64, int64) { return 0, 0 },
		Window: window.Window{Before: p.Blackout.Before, After: p.Blackout.After},
		Log:    hclog.NewNullLogger(), Now: func() time.Time { return now },
	}, sent
}
