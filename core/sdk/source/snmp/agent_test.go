package snmp

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/sdk/internal/logbridge"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// base is the OID of the tests' objects: the playground of net-snmp.
const base = "1.3.6.1.4.1.8072.9999.9999"

// daemon runs a real agent for the duration of a test.
func daemon(t testing.TB, config snmpd.Config) *snmpd.Daemon {
	t.Helper()
	d, err := snmpd.Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// sources returns the settings that reach an agent.
func sources(t testing.TB, d *snmpd.Daemon) map[string]any {
	t.Helper()
	settings, err := d.Sources(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return settings
}

// with returns a copy of the settings with one of them changed.
func with(settings map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(settings)
	changed[name] = value
	return changed
}

// opened opens an agent with these settings and returns its log.
func opened(t testing.TB, settings map[string]any) (*Agent, *journal) {
	t.Helper()
	log := &journal{}
	env := sdktest.Env(t, sdktest.On{Root: "/", Sources: map[string]any{Source: settings}})
	env.Log = logbridge.NewText(log)
	return Open(env), log
}

// hasty is the timeout of tests in which the agent is silent, so that they do not take seconds. On
// a busy machine an answer may take longer.
const hasty = 100 * time.Millisecond

// waits sets the agent's timeout.
func waits(t testing.TB, a *Agent, long time.Duration) {
	t.Helper()
	made, err := a.connect()
	if err != nil {
		t.Fatal(err)
	}
	made.client.Timeout = long
}

// journal is a log that may be written concurrently.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *journal) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *journal) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func file(t testing.TB, mode os.FileMode, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// silentAbout fails the test if the error or the log holds one of the words.
func silentAbout(t *testing.T, err error, log fmt.Stringer, words ...string) {
	t.Helper()
	for _, word := range words {
		if word != "" && strings.Contains(fmt.Sprint(err)+log.String(), word) {
			t.Errorf("got error %v and log %q, want no %q", err, log, word)
		}
	}
}

func at[T any](value T) *T { return &value }

// told returns the lines of the log.
func (l *journal) told() []string {
	return strings.FieldsFunc(l.String(), func(r rune) bool { return r == '\n' })
}

// readable fails the test if the host would replace a word of the log other than an OID.
func readable(t *testing.T, log fmt.Stringer) {
	t.Helper()
	scrubber := anonymize.NewScrubber(anonymize.EphemeralKey(), append(usage.Words(), "oid", "source", "hint", "why"))
	for line := range strings.Lines(log.String()) {
		_, sentence, _ := strings.Cut(line, "]")
		sentence = numbers.ReplaceAllString(strings.TrimSpace(sentence), "")
		if got, removed := scrubber.Scrub(sentence); removed > 0 {
			t.Errorf("got %q of %q, want all of it", got, sentence)
		}
	}
}

var numbers = regexp.MustCompile(`oid=[0-9.]+`)
