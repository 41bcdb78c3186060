package cycle

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
)

// fullForHistory is a disk on which the history cannot be written, while the file is there.
type fullForHistory struct {
	withoutEvents
	full *bool
}

func (d fullForHistory) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	if *d.full && strings.Contains(path, "/sent/.") {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.ENOSPC}
	}
	return d.withoutEvents.Open(path, flags, mode)
}

// VIEW-1, SEND-1: an accepted document is kept byte for byte. If that fails, it is sent and shown all the
// same, and logged once for as long as it fails.
func TestHistory(t *testing.T) {
	full := false
	a := newApplianceOn(t, fullForHistory{withoutEvents{durable.OS{}}, &full})
	a.decide(t, consent.Allowed)
	var log bytes.Buffer
	a.Log = hclog.New(&hclog.LoggerOptions{Output: &log, Level: hclog.Error})
	for hour, fails := range []bool{false, true, true, false} {
		full = fails
		result, err := a.Run(t.Context())
		if err != nil || result.Outcome != journal.Uploaded {
			t.Fatalf("hour %d: got %v, %v", hour, result.Outcome, err)
		}
		id := result.Sent[0].ID
		kept, err := a.Sent.Read(id)
		if (err != nil) != fails || !fails && string(kept) != string(a.line.bodies[id]) {
			t.Errorf("hour %d: got %q, %v", hour, kept, err)
		}
		if shown, err := a.Analytics.Read(); err != nil || string(shown) != string(a.line.bodies[id]) {
			t.Errorf("hour %d: analytics.json: got %q, %v", hour, shown, err)
		}
		if waiting, _ := filepath.Glob(filepath.Join(a.dir, "spool/*.doc")); len(waiting) > 0 {
			t.Errorf("hour %d: got %v waiting", hour, waiting)
		}
		a.now = a.now.Add(3600e9)
	}
	if got := strings.Count(log.String(), "the history lacks a document"); got != 1 {
		t.Errorf("got %d lines want 1: %s", got, log.String())
	}
}
