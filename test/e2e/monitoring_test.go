package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/test/stage"
)

// icinga is the configuration of a monitoring program that runs each check once a second. It sends
// what it has read to a log server on loopback, listens nowhere and notifies nobody.
const icinga = `
object CheckerComponent "checker" { }
object GelfWriter "results" {
  host = "127.0.0.1"
  port = %[1]q
  enable_send_perfdata = true
}
object CheckCommand "usagedata" { command = [ %[2]q, "--config", "$config$", "status", "--check" ] }
object Host "appliance" {
  check_command = "usagedata"
  enable_active_checks = false
}
template Service "usagedata" {
  host_name = "appliance"
  check_command = "usagedata"
  check_interval = 1s
  retry_interval = 1s
  max_check_attempts = 1
}
`

// checked is what Icinga has read of one check.
type checked struct {
	Type     string   `json:"_type"`
	Service  string   `json:"_service_name"`
	State    string   `json:"_service_state"`
	Says     string   `json:"short_message"`
	Waiting  *float64 `json:"_waiting"`
	Bytes    *float64 `json:"_bytes_this_hour"`
	Limit    *float64 `json:"_bytes_this_hour_crit"`
	Failures *float64 `json:"_failures"`
}

// VIEW-1, CONS-2: a real monitoring program, Icinga 2 as Debian packages it, reads `status --check`:
// the state, the sentence and the figures with their limit.
func TestMonitoringProgram(t *testing.T) {
	t.Parallel()
	s, err := stage.Set(stage.Plan{Dir: t.TempDir(), Bin: bin, Product: "dma"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ask(t, s, 0, "consent", "allow", "--yes")
	failure := func(age time.Duration) journal.Entry {
		return journal.Entry{Time: time.Now().Add(-age), Outcome: journal.Failed, ID: "dma-1", DocumentBytes: 9000,
			Reason: "upload dma-1: connection refused | \"nothing\" listens"}
	}
	dir := t.TempDir()
	var services strings.Builder
	for name, lines := range map[string][]journal.Entry{
		"works":   {{Time: time.Now(), Outcome: journal.Uploaded, ID: "dma-1", DocumentBytes: 9000}},
		"fails":   {failure(3 * time.Hour), failure(2 * time.Hour), failure(time.Hour)},
		"week":    slices.Repeat([]journal.Entry{failure(7 * 24 * time.Hour)}, 168),
		"missing": nil,
	} {
		path := filepath.Join(dir, name+".yaml")
		fmt.Fprintf(&services, "object Service %q {\n  import \"usagedata\"\n  vars.config = %q\n}\n", name, path)
		if lines != nil {
			withJournal(t, s, path, filepath.Join(dir, name), lines)
		}
	}
	got := runIcinga(t, dir, services.String(), 4)
	for name, want := range map[string]checked{
		"works": {State: "OK", Says: "USAGEDATA OK - last upload: ", Failures: new(0.0)},
		"fails": {State: "WARNING", Says: "USAGEDATA WARNING - no document was accepted since ", Failures: new(3.0)},
		"week": {State: "CRITICAL", Says: "USAGEDATA CRITICAL - no document was accepted since ",
			Failures: new(168.0)},
		"missing": {State: "UNKNOWN", Says: "USAGEDATA UNKNOWN - "},
	} {
		is := got[name]
		if is.State != want.State || !strings.HasPrefix(is.Says, want.Says) {
			t.Errorf("%s: got %s and %q, want %s and %q", name, is.State, is.Says, want.State, want.Says)
		}
		if want.Failures == nil {
			continue
		}
		if is.Failures == nil || *is.Failures != *want.Failures || is.Waiting == nil || *is.Waiting != 0 ||
			is.Bytes == nil || is.Limit == nil || *is.Limit != 100_000 {
			t.Errorf("%s: got figures of %+v, want %v failures", name, is, *want.Failures)
		}
	}
}

// withJournal writes a configuration of its own, with a journal of these lines.
func withJournal(t *testing.T, s *stage.Stage, path, log string, lines []journal.Entry) {
	t.Helper()
	config, err := os.ReadFile(s.Config)
	config = bytes.Replace(config, []byte("log: "+s.Dir), []byte("log: "+log), 1)
	err = errors.Join(err, os.Mkdir(log, 0o755), os.WriteFile(path, config, 0o644))
	for _, line := range lines {
		err = errors.Join(err, journal.Open(durable.OS{}, filepath.Join(log, "journal.jsonl")).Record(line))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// runIcinga runs Icinga until it has checked so many services, and returns what it has read.
func runIcinga(t *testing.T, dir, services string, number int) map[string]checked {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	log := new(strings.Builder)
	program := icingaCommand(t, ctx, dir, services, listener.Addr())
	program.Stdout, program.Stderr = log, log
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		program.Wait()
		close(ended)
		stop()
	}()
	defer func() { stop(); <-ended }()
	context.AfterFunc(ctx, func() { listener.Close() })
	conn, err := listener.Accept()
	if err != nil {
		<-ended
		t.Fatalf("got no connection of Icinga: %v\n%s", err, log)
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	got := map[string]checked{}
	for messages := bufio.NewReader(conn); len(got) < number; {
		text, err := messages.ReadBytes(0)
		if err != nil {
			stop()
			<-ended
			t.Fatalf("got only %v of Icinga: %v\n%s", got, err, log)
		}
		var one checked
		if err := json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &one); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if one.Type == "CHECK RESULT" {
			got[one.Service] = one
		}
	}
	return got
}

func icingaCommand(t *testing.T, ctx context.Context, dir, services string, to net.Addr) *exec.Cmd {
	t.Helper()
	us, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(us.Gid)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(to.String())
	path := filepath.Join(dir, "icinga2.conf")
	text := fmt.Sprintf(icinga, port, filepath.Join(bin, "usagedata")) + services
	args := []string{"daemon", "-c", path, "-D", "RunAsUser=" + us.Username, "-D", "RunAsGroup=" + group.Name}
	err = os.WriteFile(path, []byte(text), 0o644)
	for _, folder := range []string{"DataDir", "LogDir", "CacheDir", "InitRunDir", "SpoolDir"} {
		args = append(args, "-D", folder+"="+filepath.Join(dir, folder))
		err = errors.Join(err, os.Mkdir(filepath.Join(dir, folder), 0o755))
	}
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(ctx, "/usr/sbin/icinga2", args...)
	program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it has children
	program.Cancel = func() error { return syscall.Kill(-program.Process.Pid, syscall.SIGKILL) }
	return program
}
