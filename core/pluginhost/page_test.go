package pluginhost

import (
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: the limits that an author in another language reads are those of the host.
func TestThePageHasTheLimits(t *testing.T) {
	wirepage.Limits(t, "core/pluginhost", map[string]any{
		"start, to the handshake":       startLimit,
		"Describe":                      describeLimit,
		"stop, all of it":               stopLimit,
		"first line on standard output": wirepage.Bytes(maxHandshake),
		"one message":                   wirepage.Bytes(maxMessage),
		"one log line":                  wirepage.Bytes(maxLine),
		"log lines":                     maxLines,
	})
}

// The page names every variable that a plugin is given, and no other.
func TestThePageHasTheEnvironment(t *testing.T) {
	withoutRaceOptions(t)
	environment, _ := inheritedBy(t)
	var want []string
	for _, row := range wirepage.Rows(t, "variable") {
		want = append(want, strings.Split(row[0], ", ")...)
	}
	slices.Sort(want)
	if got := variables(environment); !slices.Equal(got, want) {
		t.Errorf("got %v want %v", got, want)
	}
}

// variables returns the names in an environment with one variable per line, without those in the
// certificate's lines, which may look like an assignment.
func variables(environment string) (names []string) {
	within := false
	for line := range strings.Lines(environment) {
		name, _, assigned := strings.Cut(line, "=")
		if assigned && !within {
			names = append(names, name)
		}
		within = (within || strings.Contains(line, "-----BEGIN")) && !strings.Contains(line, "-----END")
	}
	slices.Sort(names)
	return names
}
