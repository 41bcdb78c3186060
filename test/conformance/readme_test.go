package conformance_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
	"polycom.com/usagedata/test/conformance/selftest"
	"polycom.com/usagedata/test/shelf"
)

// The test program also acts as the broken plugins, as the suite's own program does.
func TestMain(m *testing.M) {
	if shelf.Started() {
		observe.Launch()
		shelf.Main(true)
		return
	}
	os.Exit(conformance.Main(m))
}

// lay sets up the sound plugin below a folder.
func lay(t *testing.T, dir string) *selftest.TestBed {
	t.Helper()
	sound, _ := shelf.Find(shelf.Sound)
	g, err := selftest.Setup(dir, sound)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

// A plugin's own tests run the suite as a test, with a subtest for each check.
func TestRun(t *testing.T) {
	g := lay(t, t.TempDir())
	r := conformance.Run(t, conformance.Config{Product: g.Product, Root: g.Root, File: g.File, Seed: 1,
		Only: []string{"handshake", "logs.few"}})
	if r.Verdict != result.Partial || r.Seed != 1 || r.Suite != conformance.Version {
		t.Errorf("got %q of suite %s with seed %d", r.Verdict, r.Suite, r.Seed)
	}
}

// S19: a source has at most one connection from one process at a time, whatever is played, because
// a manual may permit no more.
func TestScenesTakeTurnsAtASource(t *testing.T) {
	g := lay(t, t.TempDir())
	g.OnVisit(func() time.Duration { return 20 * time.Millisecond }) // so that two at the same time are seen
	var order []scene.Name
	r := conformance.Run(t, conformance.Config{Product: g.Product, Root: g.Root, File: g.File, Seed: 1, Collects: 20,
		Playing: func(now []scene.Name) { order = append(order, now...) },
		Only:    []string{"same", "sources", "privacy", "turns", "stop", "resources", "deadline"}})
	if r.Verdict != result.Partial || g.Most() != 1 {
		t.Errorf("got %q with %d connections to the source at a time, want 1", r.Verdict, g.Most())
	}
	last := []scene.Name{scene.Cancelled, scene.Interrupted, scene.LetGoBusy, scene.Terminated}
	if end := slices.Compact(order); !slices.Equal(end[len(end)-len(last):], last) {
		t.Errorf("got the scenes %v, want those last in which the plugin is cut off", end)
	}
}

// A result is about the files that were tested: if one changes meanwhile, there is none.
func TestProductThatChanges(t *testing.T) {
	g := lay(t, t.TempDir())
	_, err := conformance.Test(t.Context(), conformance.Config{Product: g.Product, Root: g.Root, File: g.File, Seed: 1,
		Only: []string{"describe.version"}, Progress: func(result.Done) {
			if err := os.WriteFile(filepath.Join(g.Product, "ca.pem"), nil, 0o644); err != nil {
				t.Error(err)
			}
		}})
	if err == nil || !strings.Contains(err.Error(), "changed during the run") {
		t.Errorf("got %v want an error", err)
	}
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// PLUG-2: the commands of README.md work as written, with the sound plugin in place of acme.
func TestCommandsOfTheReadmeWork(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir)
	for _, line := range regexp.MustCompile(`(?m)^\$ (.*)$`).FindAllStringSubmatch(readme(t), -1) {
		words := strings.Fields(strings.NewReplacer("bin/test/", dir+"/bin/", "acme", "sound").Replace(line[1]))
		command := exec.Command(words[0], words[1:]...)
		switch words[0] {
		case "make": // CI runs it; here it is only looked up
			command = exec.Command("make", append([]string{"-n"}, words[1:]...)...)
			command.Dir = "../.."
		case "go":
			command.Dir = "../.."
		default:
			command.Dir = dir
		}
		out, err := command.CombinedOutput()
		if strings.Contains(line[1], "-product") && strings.Contains(line[1], "-run") &&
			command.ProcessState.ExitCode() == result.Partial.Exit() {
			err = nil
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", line[1], err, out)
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+\\.\\w+)` \\|").FindAllStringSubmatch(readme(t), -1) {
		if _, err := os.Stat(filepath.Join(dir, "reports", row[1])); err != nil {
			t.Errorf("the report %s: %v", row[1], err)
		}
	}
}

// The example of a -config file in README.md is valid.
func TestConfigurationOfTheReadmeIsValid(t *testing.T) {
	dir := t.TempDir()
	g := lay(t, dir)
	shown := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(readme(t))
	text := strings.NewReplacer("/srv/largest", g.Root, "/etc/usagedata", dir).Replace(shown[1])
	file := filepath.Join(dir, "shown.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := conformance.Test(t.Context(), conformance.Config{Product: g.Product, Root: g.Root, File: file,
		Only: []string{"describe"}})
	if err != nil || r.Verdict != result.Partial {
		t.Errorf("got %q, %v, want a file that the suite takes", r.Verdict, err)
	}
}

// README.md lists the exit codes and the outcomes, and its links are valid. Its options are tested
// with the program.
func TestReadmeListsExitCodesAndOutcomes(t *testing.T) {
	text := readme(t)
	for _, verdict := range []result.Verdict{result.Conformant, result.NotConformant, result.Unknown, result.Untested} {
		if row := fmt.Sprintf("| %d | %s |", verdict.Exit(), verdict); !strings.Contains(text, row) {
			t.Errorf("got no row %q", row)
		}
	}
	for _, outcome := range []result.Outcome{result.Pass, result.Fail, result.Skip, result.NotApplicable,
		result.Error} {
		if !strings.Contains(text, ", `"+string(outcome)+"` |") {
			t.Errorf("got no row for the outcome %q", outcome)
		}
	}
	if !strings.Contains(text, "`"+result.Format+"`") {
		t.Errorf("got no format %s of result.json", result.Format)
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(link[1]); err != nil {
			t.Errorf("link: %v", err)
		}
	}
}

// S19: a run that is interrupted in the middle of a scene, or reaches its time limit, does not say
// that the plugin failed.
func TestAnInterruptedRunBlamesNoPlugin(t *testing.T) {
	g := lay(t, t.TempDir())
	for visit := range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		g.OnVisit(func() time.Duration {
			if visit--; visit >= 0 {
				return 0
			}
			cancel()
			return time.Minute // the plugin is in the middle of a collect
		})
		r, err := conformance.Test(ctx, conformance.Config{Product: g.Product, Root: g.Root, File: g.File})
		cancel()
		if err != nil || r.Verdict != result.Unknown || r.Interrupted == "" {
			t.Errorf("got %q, %q, %v, want unknown, and why", r.Verdict, r.Interrupted, err)
		}
		for _, d := range r.Checks {
			if d.Outcome == result.Fail || d.Outcome == result.Error {
				t.Errorf("got %s %s: %s %v", d.ID, d.Outcome, d.Says, d.Evidence)
			}
		}
	}
	r, err := conformance.Test(t.Context(), conformance.Config{Product: g.Product, Root: g.Root, File: g.File,
		Timeout: 1})
	if err != nil || r.Verdict != result.Unknown || !strings.Contains(r.Interrupted, "time limit of 1ns") {
		t.Errorf("got %q, %q, %v, want unknown because of the limit", r.Verdict, r.Interrupted, err)
	}
}
