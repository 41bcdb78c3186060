package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/window"
)

const acme = `format: usagedata-profile/1
id: acme
name: Acme One
version: 1
collection_point: {host: localhost, port: 8443}
blackout: {before: 7m, after: 3m}
limits: {document: 100000, hour: 50000, spool: 1000000, collect: 60s, collector: 20s}
setting: {page: Admin, label: Automatically send usage data}
first_asked: page
analytics: /var/log/usagedata/analytics.json
categories:
- {name: counts, doc: counts, fields: [{name: users, kind: count, doc: users, why: to size releases}]}
`

// assembled opens the service of a small appliance.
func assembled(t *testing.T) *service {
	t.Helper()
	dir := t.TempDir()
	sum := sha256.Sum256([]byte("binary"))
	for name, text := range map[string]string{
		"products/acme/profile.yaml": acme, "products/acme/plugin": "binary",
		"products/acme/plugin.sha256": hex.EncodeToString(sum[:]) + "  plugin\n",
		"config.yaml": fmt.Sprintf("product: acme\nproducts: %[1]s/products\nanalytics: %[1]s/analytics.json\n"+
			"folders: {state: %[1]s/state, log: %[1]s/log, run: %[1]s/run}\n", dir),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s, err := open(filepath.Join(dir, "config.yaml"), streams{err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// SEND-3, SEND-4, CONS-3: the gate at the socket gets its window and budget from the profile and
// its consent from the decision file.
func TestGateIsWiredToTheProfileAndTheDecision(t *testing.T) {
	s := assembled(t)
	if want := (window.Window{Before: 7 * time.Minute, After: 3 * time.Minute}); s.gate.Window != want {
		t.Errorf("window: got %v want %v", s.gate.Window, want)
	}
	if s.gate.Budget != s.stores.Budget || s.stores.Budget.Reserve(time.Now(), 50_000) == nil {
		t.Error("the budget is not the profile's: 50000 bytes of less than 50000 were granted")
	}
	for _, choice := range []consent.Choice{consent.Undecided, consent.Allowed, consent.Denied} {
		if choice != consent.Undecided {
			if err := decide(io.Discard, consent.Decision{Choice: choice, Actor: "a tester"},
				s.stores.Records); err != nil {
				t.Fatal(err)
			}
		}
		d, _ := s.stores.Decision.Read()
		ctx, release := s.stores.Decision.Hold(t.Context(), d)
		defer release()
		if err := s.gate.Consent(ctx).Check(); (err == nil) != (choice == consent.Allowed) || err != nil &&
			!errors.Is(err, consent.ErrWithdrawn) {
			t.Errorf("%v: the gate's consent: got %v", choice, err)
		}
	}
}
