package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/anonymize"
)

// ANON-1: a plugin's log lines are scrubbed with the current key, never with one that was
// destroyed.
func TestPluginLogLinesUseTheCurrentKey(t *testing.T) {
	s := assembled(t)
	scrub := s.scrubber()
	const line = "asked 10.99.7.3 for the users"
	var seen []string
	for _, change := range []func() error{
		func() error { return nil },
		func() error { return s.stores.Key.Create(time.Now()) },
		s.stores.Key.Destroy,
		func() error { return s.stores.Key.Create(time.Now()) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		got := scrub(line)
		if strings.Contains(got, "10.99.7.3") || got == withheldLine || got != scrub(line) {
			t.Errorf("got %q and %q", got, scrub(line))
		}
		seen = append(seen, got)
	}
	if seen[0] != seen[2] || seen[0] == seen[1] || seen[1] == seen[3] || seen[0] == seen[3] {
		t.Errorf("got %q: want the same without a key, and another one with each key", seen)
	}
}

// ANON-1: a line that passes the scrubber is withheld if it holds the appliance's host name, even
// if that name is an approved word.
func TestPluginLogLineWithTheHostNameIsWithheld(t *testing.T) {
	name, err := os.Hostname()
	if err != nil || approved.MatchString(name) {
		t.Logf("this machine is called what every one may be, or nothing: %v", err)
		return
	}
	settings := assembled(t).settings
	settings.Installed.Profile.Vocabulary = []string{name}
	names, err := namesOf(settings)
	if err != nil {
		t.Fatal(err)
	}
	if got := lineScrubber(anonymize.EphemeralKey(), settings, names)("users of " + name); strings.Contains(got, name) {
		t.Errorf("got %q with the appliance's own name in it", got)
	}
}

// VIEW-1: the log file has every line of the configured level. The terminal of a command shows the
// host's problems, in words, and the plugin's lines only with --verbose.
func TestLogGoesToFileAndTerminal(t *testing.T) {
	for _, test := range []struct {
		level        string
		verbose      bool
		file, screen string
	}{
		{"info", false, "info n=1 told", "usagedata: warn: failed (n: 1)\n"},
		{"info", true, "info n=1 told", "info n=1 told"},
		{"debug", true, "debug info n=1 told", "debug info n=1 told"},
		{"error", false, "", ""},
	} {
		c := assembled(t).settings.Config
		c.Log.Level = test.level
		var screen bytes.Buffer
		var taken notes
		log := newLog(c, logIn(c), streams{err: &screen, verbose: &test.verbose, notes: &taken}.sink(c, time.Now),
			time.Now)
		log.Debug("debug")
		log.Info("info")
		log.Warn("warn", "error", errors.New("failed"), "n", 1)
		log.Named("acme").Warn("told")
		file, err := os.ReadFile(logIn(c).Path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if got := messages(string(file)); got != test.file {
			t.Errorf("%s: file: got %q want %q", test.level, got, test.file)
		}
		taken.print(&screen, errors.New("send: other"))
		taken.print(&screen, errors.New("send: failed")) // the error repeats the note
		got := screen.String()
		if test.verbose {
			got = messages(got)
		}
		if got != test.screen {
			t.Errorf("%s: terminal: got %q want %q", test.level, got, test.screen)
		}
	}
}

// A command that keeps running reports a problem at once, and does not repeat it at the end.
func TestResidentCommandReportsProblemsAtOnce(t *testing.T) {
	var screen bytes.Buffer
	taken := notes{live: &screen}
	const want = "usagedata: wrong tokens are tried\n"
	if taken.add(note{text: "wrong tokens are tried"}); screen.String() != want {
		t.Errorf("at once: got %q, want %q", screen.String(), want)
	}
	if taken.print(&screen, nil); screen.String() != want {
		t.Errorf("at the end: got %q, want %q", screen.String(), want)
	}
}

// messages returns the last word of each line.
func messages(text string) string {
	var all []string
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		all = append(all, words[len(words)-1])
	}
	return strings.Join(all, " ")
}
