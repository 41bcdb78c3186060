package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	sentstore "polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/test/stage"
	"polycom.com/usagedata/test/timezone"
)

// kills is the number of hosts to kill; `make kills` uses 500.
var kills = flag.Int("kills", 24, "how many hosts TestKilledHostsLoseNothing kills")

// hoursOfAStage is the number of hours that one stage runs; the spool remembers more.
const hoursOfAStage = 40

// SEND-1, VIEW-1: the host is killed with SIGKILL at a random moment of its cycle, again and again.
// Each document that was made is accepted exactly once or still waits, with the same bytes. The
// killed processes leave nothing behind. When hosts are allowed to run to the end, nothing waits
// any more.
func TestKilledHostsLoseNothing(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, uint64(*kills)))
	for left := *kills; left > 0; left -= hoursOfAStage {
		s := light(t, bin)
		began := time.Now()
		if out, err := sendIn(t, s, began, 0).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		long := time.Since(began) // duration of a cycle on this machine
		for hour := range min(left, hoursOfAStage) {
			killed(t, s, began, hour+1, moment(random, long))
		}
		settled(t, s, began)
	}
}

// moment returns any moment of a cycle of this length or, every second time, one at which the cycle
// spools, uploads and records.
func moment(random *rand.Rand, long time.Duration) time.Duration {
	at := random.Float64()
	if random.IntN(2) == 0 {
		at = 0.75 + 0.35*at
	}
	return time.Duration(at * float64(long))
}

// sendIn returns a command that runs a cycle in an hour of its own, this many hours after the test
// began, and some minutes past the local hour.
func sendIn(t *testing.T, s *stage.Stage, began time.Time, hour int) *exec.Cmd {
	t.Helper()
	zone := filepath.Join(s.Dir, "zone")
	into := int(time.Since(began)/time.Second) + 60*6
	if err := timezone.Write(zone, time.Now(), 0, into/60, into%60); err != nil {
		t.Fatal(err)
	}
	command := s.Host("send")
	command.Env = append(os.Environ(), "TZ="+zone, fmt.Sprintf("%s=%dh", laterBy, hour))
	return command
}

// killed starts a cycle and kills its host after a while, unless it has exited by then.
func killed(t *testing.T, s *stage.Stage, began time.Time, hour int, after time.Duration) {
	t.Helper()
	command := sendIn(t, s, began, hour)
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Signal(syscall.SIGKILL) })
	defer stop()
	var ended *exec.ExitError
	if err := command.Wait(); err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if ended != nil && ended.ExitCode() >= 0 {
		t.Errorf("hour %d: got exit %d of a host that was not killed", hour, ended.ExitCode())
	}
}

// settled runs hosts until nothing waits, and compares the received documents with those that were
// made.
func settled(t *testing.T, s *stage.Stage, began time.Time) {
	t.Helper()
	live(t, s, began)
	if err := s.Point.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	last, isReceived := read(t, filepath.Join(s.Dir, "analytics.json")), false
	received := map[string]bool{}
	history := sentstore.Open(durable.OS{}, filepath.Join(s.Dir, "state/sent"), sentstore.Bounds{})
	for _, document := range s.Point.Received() {
		if kept, err := history.Read(document.ID); err != nil || string(kept) != string(document.Body) {
			t.Errorf("%s is not in the history: %v", document.ID, err)
		}
		if received[document.ID] {
			t.Errorf("%s was accepted twice", document.ID)
		}
		received[document.ID], isReceived = true, isReceived || string(document.Body) == last
	}
	made := outcomes(t, s)
	for id, counts := range made {
		if !received[id] && counts[journal.Spooled] > 0 {
			t.Errorf("%s was made and is neither accepted nor waiting", id)
		}
	}
	if !isReceived {
		t.Error("analytics.json is none of the accepted documents")
	}
	if waiting, err := filepath.Glob(filepath.Join(s.Dir, "state/spool/*.doc")); err != nil || len(waiting) > 0 {
		t.Errorf("got %v waiting, %v, want none", waiting, err)
	}
	if left := processes(s.Dir); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	t.Logf("%d documents made, %d accepted, %d connections", len(made), len(received), s.Point.Connections())
}

// live runs hosts in as many further hours as the waiting documents need: each hour has its own
// budget.
func live(t *testing.T, s *stage.Stage, began time.Time) {
	t.Helper()
	var last []byte
	for hour := range 5 {
		out, err := sendIn(t, s, began, hoursOfAStage+2+hour).CombinedOutput()
		if err == nil {
			return
		}
		last = out
	}
	t.Fatalf("documents wait still\n%s", last)
}

// outcomes counts, for each document, the lines of the journal by their outcome. A host may be
// killed before it records a document that it made.
func outcomes(t *testing.T, s *stage.Stage) map[string]map[journal.Outcome]int {
	t.Helper()
	counts := map[string]map[journal.Outcome]int{}
	for line := range strings.Lines(read(t, filepath.Join(s.Dir, "journal.jsonl"))) {
		var entry journal.Entry
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry.ID == "" {
			continue
		}
		if counts[entry.ID] == nil {
			counts[entry.ID] = map[journal.Outcome]int{}
		}
		counts[entry.ID][entry.Outcome]++
	}
	return counts
}
