package checks

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"unicode"

	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
	"polycom.com/usagedata/test/spelling"
)

// ANON-1, S19: whatever a plugin writes when it dies, its last lines are shown without the names that
// the suite knows, in any spelling, without characters that a terminal obeys, and bounded.
func TestLastLinesAreMasked(t *testing.T) {
	names := []string{"kiefer-07.example", `pass"word\9182`, "Bärlauch\xff77"}
	for _, written := range []func(string) string{
		func(name string) string { return name },
		strings.ToUpper,
		func(name string) string { return strings.Repeat("x", maxLine-5) + name },
		func(name string) string { return strings.Repeat("x", maxQuoted-5) + name },
		func(name string) string { return hex.EncodeToString([]byte(name)) },
		func(name string) string { return base64.StdEncoding.EncodeToString([]byte(name)) },
		func(name string) string { return "\x1b[2Jread " + name + "\u202e\r" },
		func(name string) string { return strings.Repeat(name+" ", 100_000) },
	} {
		var lines []scene.LogLine
		for _, name := range names {
			lines = append(lines, scene.LogLine{Raw: written(name), Text: written(name), Stack: written(name)})
		}
		s := scene.New(t.Context(), scene.Config{})
		s.World.Names = names
		c := Check{ID: "a.b", Of: nil}
		died := &scene.Recording{Scene: scene.Good, Died: "exit status 2", LogEnd: lines}
		got := c.mask(s, fail("It died: %s.", quoted(written(names[0]))).with(dying(died)...))
		all := got.Says + "\n" + strings.Join(got.Evidence, "\n")
		for _, name := range names {
			if spelling.Finds(all, name) || spelling.Finds(all, name[:6]) {
				t.Errorf("the evidence holds %q:\n%.2000s", name, all)
			}
		}
		unsafe := func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }
		if strings.ContainsFunc(all, unsafe) ||
			len([]rune(all)) > 8*(maxLine+40) || got.Outcome != result.Fail || !strings.Contains(all, "exit status 2") {
			t.Errorf("got %v with %d bytes:\n%.2000q", got.Outcome, len(all), all)
		}
	}
}

// A path through a link of a process shows no more than the path without it.
func TestPublicPath(t *testing.T) {
	for path, want := range map[string]string{
		"/etc/shadow":                     "/etc/shadow",
		"/home/alice/notes":               "a file below /home",
		"/proc/17/environ":                "/proc/PID/environ",
		"/proc/self/root/etc/shadow":      "/etc/shadow through /proc/PID/root",
		"/proc/17/root/srv/example/notes": "a file below /srv through /proc/PID/root",
		"/proc/self/task/17/cwd/srv/a":    "a file below /srv through /proc/PID/cwd",
		"/proc/self/root":                 "a file in / through /proc/PID/root",
		"/proc/thread-self/fd/10":         "a file through /proc/PID/fd",
	} {
		if got := publicPath(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}
