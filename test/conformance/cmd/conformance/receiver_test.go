package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/conformance/receiver"
	"polycom.com/usagedata/test/conformance/result"
)

// pointFor starts the stand-in of a collection point, and returns the arguments that test it.
func pointFor(t *testing.T) (args []string) {
	t.Helper()
	point, err := collectionpoint.Start(collectionpoint.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = point.Close() })
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, point.CA.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"receiver", "-url", point.URL(), "-ca", ca}
}

// A run on a collection point writes the three reports, and its exit status is the verdict.
func TestReceiverVerdicts(t *testing.T) {
	args := pointFor(t)
	config := filepath.Join(t.TempDir(), "waivers.yaml")
	text := "waivers:\n- {check: content.id, reason: it is a stand-in, expires: 2999-12-31}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		more    []string
		want    int
		verdict result.Verdict
		says    string
	}{
		{[]string{"-run", "tls,digest"}, 4, result.Partial, "partial: 6 required checks pass"},
		{[]string{"-run", "content"}, 1, result.NotConformant, "-run content.id"},
		{[]string{"-run", "content", "-config", config}, 4, result.Partial, "1 failure is waived"},
		{[]string{"-run", "digest", "-config", config}, 4, result.Partial, ""},
		{[]string{"-run", "resend", "-receivers", "several"}, 4, result.Partial, ""},
		{[]string{"-run", "answers", "-timeout", "1ns"}, 2, result.Unknown, "time limit of 1ns"},
	} {
		out := t.TempDir()
		code, stdout, stderr := runProgram(t, slices.Concat(args, tt.more, []string{"-out", out})...)
		var r result.Result
		text, err := os.ReadFile(filepath.Join(out, "result.json"))
		if err == nil {
			err = json.Unmarshal(text, &r)
		}
		if err != nil || code != tt.want || r.Verdict != tt.verdict || !strings.Contains(stdout, tt.says) ||
			r.Format != result.ReceiverFormat || r.Receiver.System == "" {
			t.Errorf("%q: got exit %d, %q, %v want %q\n%s%s", tt.more, code, r.Verdict, err, tt.says, stdout, stderr)
		}
		if _, err := result.Decode(text); err == nil {
			t.Errorf("%q: the result is taken for that of a plugin", tt.more)
		}
		for _, name := range []string{"report.html", "junit.xml"} {
			page, err := os.ReadFile(filepath.Join(out, name))
			if err != nil || !strings.Contains(string(page), r.Receiver.URL) {
				t.Errorf("%q: %s: got %v, want one with the URL", tt.more, name, err)
			}
		}
	}
}

// Wrong usage ends with exit status 2 and a hint, and never looks like a verdict.
func TestReceiverWrongUsage(t *testing.T) {
	url := []string{"receiver", "-url", "https://localhost:8443"}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"no URL":            {[]string{"receiver"}, "no collection point is given"},
		"http":              {[]string{"receiver", "-url", "http://localhost"}, "hint: give scheme, host and port"},
		"an unknown flag":   {append(url, "-seed", "1"), "unknown flag: -seed\nhint: "},
		"an argument":       {append(url, "again"), "unexpected argument"},
		"half a pair":       {append(url, "-key", "x"), "-certificate and -key belong together"},
		"no such file":      {append(url, "-ca", "/nonexistent.pem"), "read the authorities"},
		"no certificate":    {append(url, "-ca", empty), "holds no certificate"},
		"a device":          {append(url, "-ca", "/dev/zero"), "read the authorities"},
		"no pair":           {append(url, "-certificate", empty, "-key", empty), "read the certificate to show"},
		"an unknown key":    {append(url, "-config", "README"), "read the configuration"},
		"three receivers":   {append(url, "-receivers", "3"), "neither 1 nor several"},
		"no time":           {append(url, "-patience", "0"), "not above zero"},
		"an unknown check":  {append(url, "-run", "digest.frist"), `there is no check "digest.frist"`},
		"an empty variable": {append(url, "-ca", ""), "the value of -ca is empty"},
		"nothing there":     {append(url, "-connect", "127.0.0.1:1"), "connect to the collection point"},
		"no such fault":     {[]string{"receiver", "-self-test", "-run", "x"}, "no broken collection point called"},
	} {
		code, stdout, stderr := runProgram(t, tt.args...)
		if code != 2 || !strings.Contains(stderr, tt.want) || strings.Contains(stdout, "conformant:") {
			t.Errorf("%s: got exit %d, %q, want 2 and %q", name, code, stderr, tt.want)
		}
	}
}

// The table of the self-test has a row for each collection point.
func TestReceiverSelfTest(t *testing.T) {
	code, stdout, stderr := runProgram(t, "receiver", "-self-test", "-run", "believes")
	if code != 0 || !strings.Contains(stdout, "\nok  ") {
		t.Errorf("got exit %d\n%s%s", code, stdout, stderr)
	}
}

// The guide lists all options of the program, each topic, and nothing else.
func TestReceiverReadme(t *testing.T) {
	page, err := os.ReadFile("../../receiver/README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| (`.*?) \\|").FindAllStringSubmatch(string(page), -1)
	var got, want []string
	for _, row := range rows {
		got = append(got, regexp.MustCompile("-?[a-z]+(?:-[a-z]+)?").FindAllString(row[1], -1)...)
	}
	code, _, help := runProgram(t, "receiver", "-help")
	for _, option := range regexp.MustCompile(`(?m)^  (-[a-z-]+)`).FindAllStringSubmatch(help, -1) {
		want = append(want, option[1])
	}
	for _, c := range receiver.All() {
		topic, _, _ := strings.Cut(c.ID, ".")
		want = append(want, topic)
	}
	slices.Sort(got)
	slices.Sort(want)
	if want = slices.Compact(want); code != 0 || !slices.Equal(got, want) {
		t.Errorf("got exit %d, %q, want %q", code, got, want)
	}
	code, list, _ := runProgram(t, "receiver", "-list")
	if code != 0 || strings.Count(list, "\n") != len(receiver.All()) {
		t.Errorf("got exit %d and the list\n%s", code, list)
	}
}
