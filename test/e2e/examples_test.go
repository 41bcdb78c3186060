package e2e

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/core/durable"
	sentstore "polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/spool"
	"polycom.com/usagedata/test/stage"
	"polycom.com/usagedata/test/timezone"
)

var (
	commandLine = regexp.MustCompile(`(?m)^  ([a-z]+) +\S`)
	exampleLine = regexp.MustCompile(`(?m)^  (usagedata .*)$`)
)

// stays are the examples that run until they are stopped, each with a text that it prints when it
// has started.
var stays = map[string]string{"run": "service started", "api": "admin socket opened", "web": "Open this address"}

// Every example in the help of a command, which the manual has too, works as written on an
// appliance that may send.
func TestExamples(t *testing.T) {
	commands := commandLine.FindAllStringSubmatch(helpOf(t), -1)
	if len(commands) < 10 {
		t.Fatalf("got %d commands, want all", len(commands))
	}
	for _, command := range commands {
		if command[1] == "help" || command[1] == "usagedata" { // the usage line begins like this
			continue
		}
		t.Run(command[1], func(t *testing.T) {
			t.Parallel()
			_, examples, _ := strings.Cut(helpOf(t, command[1]), "\nExamples:\n")
			found := exampleLine.FindAllStringSubmatch(examples, -1)
			if len(found) == 0 {
				t.Fatal("got no example, want one at least")
			}
			s := allowed(t)
			for _, example := range found {
				playExample(t, s, example[1])
			}
		})
	}
}

// helpOf returns the help text of a command.
func helpOf(t *testing.T, args ...string) string {
	out, err := exec.Command(filepath.Join(bin, "usagedata"), append(args, "--help")...).Output()
	if err != nil {
		t.Fatalf("help of %v: %v", args, err)
	}
	return string(out)
}

// allowed returns a [stage.Stage] with consent, so late in an hour that every slot is past: the
// last one is [cycle.SlotMargin] before its end.
func allowed(t *testing.T) *stage.Stage {
	s, err := stage.Set(stage.Plan{Dir: t.TempDir(), Bin: bin, Product: "dma", Blackout: "{before: 0s, after: 0s}"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := timezone.Write(late(s), time.Now(), 0, 57, 0); err != nil {
		t.Fatal(err)
	}
	playExample(t, s, "usagedata consent allow --yes")
	// A plugin's repository, and its last release.
	profile, err := os.ReadFile(filepath.Join(s.Dir, "products", "dma", "profile.yaml"))
	for _, folder := range []string{"acme", "acme-1.0"} {
		path := filepath.Join(s.Dir, folder)
		err = errors.Join(err, os.Mkdir(path, 0o755), os.WriteFile(filepath.Join(path, "profile.yaml"), profile, 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
	playExample(t, s, "usagedata dictionary --profile acme >acme/dictionary.md")
	// The hours that the examples of sent name.
	history := sentstore.Open(durable.OS{}, filepath.Join(s.Dir, "state", "sent"),
		sentstore.Bounds{Days: 366, Size: 1 << 20})
	for hour := 12; hour < 16; hour++ {
		at := time.Date(2026, 3, 1, hour, 0, 0, 0, time.UTC)
		if err := history.Keep(at.Format("dma-20060102T1504Z-x"), []byte("{}"), at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	// A document to export, and a receipt.
	waits := time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Hour)
	waiting, err := spool.Open(durable.OS{}, filepath.Join(s.Dir, "state", "spool"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	_, err = waiting.Put(waits.Format("dma-20060102T1504Z-00000000000000000000000000"), waits, []byte("{}"),
		func() error { return nil })
	receipt := []byte(`{"format":"usagedata-receipt/1","documents":[]}`)
	if err := errors.Join(err, os.WriteFile(filepath.Join(s.Dir, "receipt.json"), receipt, 0o600)); err != nil {
		t.Fatal(err)
	}
	return s
}

// late returns the stage's time zone. It does not change, so that no hour begins between two
// examples.
func late(s *stage.Stage) string { return filepath.Join(s.Dir, "late") }

// playExample runs a line in the stage's folder. If the line names a port, any free port is used
// instead, because that one may be taken here.
func playExample(t *testing.T, s *stage.Stage, line string) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	options := strings.ReplaceAll(strings.TrimPrefix(line, "usagedata"), ":9000", ":0")
	c := exec.CommandContext(ctx, "sh", "-c", "exec '"+bin+"/usagedata' --config '"+s.Config+"'"+options)
	c.Dir, c.Env = s.Dir, append(os.Environ(), "TZ="+late(s))
	said := &until{text: stays[strings.Fields(line)[1]], reached: func() { c.Process.Signal(syscall.SIGTERM) }}
	if strings.Contains(line, "--once") {
		said.text = ""
	}
	c.Stdout, c.Stderr = said, said
	if err := c.Run(); err != nil {
		t.Errorf("%s: %v\n%s", line, err, said.said.Bytes())
	}
}

// until keeps the text that is written, and calls reached once when it contains the expected text.
type until struct {
	said    bytes.Buffer
	text    string
	reached func()
}

func (u *until) Write(p []byte) (int, error) {
	n, err := u.said.Write(p)
	if u.text != "" && bytes.Contains(u.said.Bytes(), []byte(u.text)) {
		u.text = ""
		u.reached()
	}
	return n, err
}
