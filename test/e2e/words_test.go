package e2e

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"polycom.com/usagedata/test/stage"
)

// Every failure of every command is reported in one style: the action, its object and the reason
// and, on a line of its own, the next step for a person.
func TestWords(t *testing.T) {
	for name, m := range mishaps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := stage.Set(stage.Plan{Dir: t.TempDir(), Bin: bin, Product: "dma",
				Blackout: "{before: 0s, after: 0s}"})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if m.broken != nil {
				m.broken(t, s)
			}
			args := strings.Fields(strings.ReplaceAll(m.args, "TAKEN", taken(t)))
			if args[0] != "--config" {
				args = append([]string{"--config", s.Config}, args...)
			}
			var said bytes.Buffer
			c := exec.Command(filepath.Join(bin, "usagedata"), args...)
			c.Dir, c.Stderr = s.Dir, &said
			_ = c.Run() // the exit code is checked below
			t.Logf("%s\n%s", m.args, said.Bytes())
			if got := c.ProcessState.ExitCode(); got != m.code {
				t.Errorf("got exit code %d, want %d", got, m.code)
			}
			wantStyle(t, said.String(), m.helps)
		})
	}
}

var (
	logLine = regexp.MustCompile(`(?m)^\d{4}-.*\n`)
	message = regexp.MustCompile(`^usagedata: ([^\n]+)\n((?:  \S[^\n]*\n)*)(?:hint: ([^\n]+)\n)?$`)
	begins  = regexp.MustCompile(`^[a-z0-9"/-]`)
	gossip  = regexp.MustCompile(`%!|\bstrconv\.|<nil>|0x[0-9a-f]{6}|\b(open|stat|lstat|mkdir|read|link|unlink|readdirent) /|(^|: )(yaml|json): |unexpected end of|errno|runtime error`)
)

// wantStyle checks for a message, further problems each on an indented line, and a hint.
func wantStyle(t *testing.T, said, helps string) {
	t.Helper()
	parts := message.FindStringSubmatch(logLine.ReplaceAllString(said, ""))
	if parts == nil {
		t.Fatalf("got %q, want a message, indented lines, a hint", said)
	}
	for line := range strings.Lines(parts[1] + "\n" + parts[2] + parts[3]) {
		line = strings.TrimSpace(line)
		if line == parts[3] && strings.HasPrefix(line, "`") {
			continue
		}
		if !begins.MatchString(line) || strings.HasSuffix(line, ".") || strings.HasSuffix(line, "!") {
			t.Errorf("%q: want lower case and no full stop", line)
		}
		if found := gossip.FindString(line); found != "" {
			t.Errorf("%q: got %q, want words for an administrator", line, found)
		}
	}
	if !strings.Contains(parts[3], helps) || parts[3] == "" {
		t.Errorf("got hint %q, want one about %q", parts[3], helps)
	}
}
