package doctor

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/window"
)

// CONS-2, SEND-5: a test of the connection starts no plugin, and ends when sending is denied.
func TestConnection(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 3, 1, 12, 30, 0, 0, time.Local)
	money, err := budget.Open(durable.OS{}, filepath.Join(dir, "budget"), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	decision := consent.Decision{Choice: consent.Allowed, Time: now, Actor: "admin", Way: consent.ByCommand,
		Product: "acme"}
	i := Installation{ // without a host, which a plugin needs
		Decision: consent.Open(durable.OS{}, filepath.Join(dir, "d"), filepath.Join(dir, "h"), "acme"),
		Gate:     &gate.Gate{Window: window.Window{Before: 5 * time.Minute, After: 5 * time.Minute}, Budget: money},
	}
	i.Settings.Installed.Profile.Limits.Hour = 100_000
	if err := i.Decision.Write(decision); err != nil {
		t.Fatal(err)
	}
	i.Shake = func(context.Context) (upload.HandshakeResult, error) {
		return upload.HandshakeResult{Version: "TLS 1.3"}, nil
	}
	report := i.Connection(t.Context(), now)
	if part := report.Parts[0]; !report.Works || part.Part != "collection point" || part.State != OK {
		t.Errorf("allowed: got %+v", report)
	}
	i.Shake = func(ctx context.Context) (upload.HandshakeResult, error) {
		decision.Choice = consent.Denied
		if err := i.Decision.Write(decision); err != nil {
			t.Error(err)
		}
		<-ctx.Done()
		return upload.HandshakeResult{}, ctx.Err()
	}
	if part := i.Connection(t.Context(), now).Parts[0]; part.State != Skip ||
		!strings.Contains(part.Says, "sending is not allowed") {
		t.Errorf("denied meanwhile: got %+v", part)
	}
}
