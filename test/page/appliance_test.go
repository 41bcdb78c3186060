package page_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/test/stage"
)

// appliance is a [stage.Stage] on which `usagedata web` runs.
type appliance struct {
	t *testing.T
	*stage.Stage
	product string
	address string // the page's, without a path
	login   string // the printed address
	asking  bool   // its profile asks again (CONS-5)
}

// set creates a product's appliance, with a believable week in its journal, and starts the page.
func set(t *testing.T, product string) *appliance {
	t.Helper()
	s, err := stage.Set(stage.Plan{Dir: filepath.Join(t.TempDir(), "stage"), Bin: bin, Product: product, Whole: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the stage: %v", err)
		}
	})
	a := &appliance{t: t, Stage: s, product: product, asking: product == "websuite"}
	a.fillJournal(product)
	return a
}

// withT returns the same appliance for a part of the test.
func (a *appliance) withT(t *testing.T) *appliance {
	part := *a
	part.t = t
	return &part
}

// serve starts the page and reads the address that it prints. At the end of the test it is stopped
// and must exit.
func (a *appliance) serve() {
	a.t.Helper()
	web := a.Host("web", "--by", "the keeper")
	web.Stderr = os.Stderr
	out, err := web.StdoutPipe()
	if err != nil {
		a.t.Fatal(err)
	}
	if err := web.Start(); err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { stopsCleanly(a.t, web) })
	printed := regexp.MustCompile(`(http://[0-9.:]+)/login\?token=\S+`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := printed.FindStringSubmatch(lines.Text()); found != nil {
			a.login, a.address = found[0], found[1]
			return
		}
	}
	a.t.Fatal("got no address printed")
}

// stopsCleanly fails if the command does not exit cleanly, and soon, on SIGTERM.
func stopsCleanly(t *testing.T, web *exec.Cmd) {
	if err := web.Process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("stop the page: %v", err)
	}
	late := time.AfterFunc(20*time.Second, func() { web.Process.Kill() })
	defer late.Stop()
	if err := web.Wait(); err != nil {
		t.Errorf("end of the page: got %v want exit code 0", err)
	}
}

// host runs a command of the real host.
func (a *appliance) host(args ...string) string {
	a.t.Helper()
	out, err := a.Host(args...).CombinedOutput()
	if err != nil {
		a.t.Fatalf("usagedata %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// wantDecision fails if the host reports another decision.
func (a *appliance) wantDecision(want string) {
	a.t.Helper()
	if got := strings.TrimSpace(a.host("consent")); !strings.HasPrefix(got, want) {
		a.t.Errorf("decision: got %q want %q", got, want)
	}
}

// fillJournal fills the journal as a service that ran for a week would have: real outcomes, with one bad
// night.
func (a *appliance) fillJournal(product string) {
	a.t.Helper()
	j := journal.Open(durable.OS{}, filepath.Join(a.Dir, "journal.jsonl"))
	var st struct {
		Slot float64 `json:"slot_seconds"`
	}
	if err := json.Unmarshal([]byte(a.host("status", "--json")), &st); err != nil {
		a.t.Fatal(err)
	}
	now, slot := time.Now(), time.Duration(st.Slot*float64(time.Second))
	this := now.Add(-time.Duration(now.Minute())*time.Minute - time.Duration(now.Second())*time.Second)
	for i := 7*24 - 1; i > 0; i-- {
		at := this.Add(-time.Duration(i)*time.Hour + slot)
		for _, e := range hourlyLines(i, at, product) {
			if err := j.Record(e); err != nil {
				a.t.Fatal(err)
			}
		}
	}
}

func hourlyLines(i int, at time.Time, product string) []journal.Entry {
	id := product + "-" + at.UTC().Add(-time.Hour).Format("20060102T1504Z") + "-0w3k8d5r1c9f2h7m4q6t0x5z1b"
	begin := at.Add(-time.Hour - time.Duration(at.Minute())*time.Minute - time.Duration(at.Second())*time.Second)
	size := int64(8000 + i*37%900)
	made := journal.Entry{Time: at, Outcome: journal.Spooled, ID: id, Period: begin, DocumentBytes: size, Kept: 202,
		Pseudonymized: 5, Suppressed: 1}
	sent := journal.Entry{Time: at.Add(2 * time.Second), Outcome: journal.Uploaded, ID: id, DocumentBytes: size,
		WireBytes: 6200 + int64(i*613%1500)}
	failed := journal.Entry{Time: at.Add(2 * time.Second), Outcome: journal.Failed, ID: id, WireBytes: 900,
		Reason: "upload: connection refused"}
	later := func(e journal.Entry, d time.Duration) journal.Entry { e.Time = e.Time.Add(d); return e }
	switch i {
	case 14:
		return []journal.Entry{made, failed, later(failed, 6*time.Minute), later(failed, 14*time.Minute)}
	case 13:
		return []journal.Entry{made, failed, {Time: at.Add(37 * time.Minute), Outcome: journal.Deferred, ID: id,
			Reason: "the window is closed: a later hour"}}
	case 12:
		more := later(sent, 9*time.Second)
		more.WireBytes = 14_100
		return []journal.Entry{made, sent, more}
	case 6:
		return []journal.Entry{made, {Time: at, Outcome: journal.Rejected, ID: id, WireBytes: 6100,
			Reason: "upload: the collection point will not accept it"}}
	case 20, 21:
		return []journal.Entry{{Time: at, Outcome: journal.Declined, Period: begin}}
	}
	return []journal.Entry{made, sent}
}

// recordWithheld records three documents that lack two fields, whose names are as long as any.
func (a *appliance) recordWithheld() {
	a.t.Helper()
	j := journal.Open(durable.OS{}, filepath.Join(a.Dir, "journal.jsonl"))
	now := time.Now().Truncate(time.Hour)
	for i := range 3 {
		made := hourlyLines(1, now.Add(time.Duration(i-2)*time.Hour), a.product)[0]
		made.ID += "withheld"
		for _, found := range [][2]string{{}, {"system_configuration.members.software_version", "own host name"},
			{"counts.endpoints", "value that was pseudonymized"}} {
			line := made
			if found[0] != "" {
				line = journal.Entry{Time: made.Time, Outcome: journal.Withheld, ID: made.ID, Period: made.Period,
					Field: found[0],
					Rule:  found[1], Reason: found[1]}
			}
			if i == 2 && found[0] != "" {
				line.Reason += ", in the last 3 documents. " + strings.Repeat("This is as long as a hint. ", 9)
			}
			if err := j.Record(line); err != nil {
				a.t.Fatal(err)
			}
		}
	}
}

// addWaiting puts a document into the spool, as a cycle does if it can't send it.
func (a *appliance) addWaiting(id string, body []byte) {
	a.t.Helper()
	s, err := spool.Open(durable.OS{}, filepath.Join(a.Dir, "state", "spool"), 1_000_000)
	if err == nil {
		_, err = s.Put(id, time.Now().Add(-26*time.Hour).Truncate(time.Hour), body, func() error { return nil })
	}
	if err != nil {
		a.t.Fatal(err)
	}
}
