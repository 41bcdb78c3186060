package e2e

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/spelling"
	"polycom.com/usagedata/test/stage"
)

// building is locked while a plugin is built: a test that needs the same plugin waits until it is
// complete.
var building sync.Mutex

// build installs a plugin of test/plugins among the products in a folder of programs, as `make
// build` installs those, unless it is there already.
func build(t *testing.T, programs, product string) {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	from, to := filepath.Join("../plugins", product), filepath.Join(programs, "products", product)
	if _, err := os.Stat(filepath.Join(to, "profile.yaml")); err == nil { // the profile is written last
		return
	}
	arguments := []string{"build", "-trimpath", "-tags", "grpcnotrace", "-o", filepath.Join(to, "plugin")}
	environment := append(os.Environ(), "CGO_ENABLED=0")
	if programs != bin {
		arguments = append(arguments, "-race")
		environment = append(os.Environ(), "CGO_ENABLED=1")
	}
	command := exec.Command("go", append(arguments, "./"+from)...)
	command.Env = environment
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", product, err, out)
	}
	plugin := read(t, filepath.Join(to, "plugin"))
	write(t, filepath.Join(to, "plugin.sha256"), fmt.Sprintf("%x  plugin\n", sha256.Sum256([]byte(plugin))))
	write(t, filepath.Join(to, "profile.yaml"), read(t, filepath.Join(from, "profile.yaml")))
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// set returns a [stage.Stage] without a blackout that logs as much as it can.
func set(t *testing.T, plan stage.Plan) *stage.Stage {
	t.Helper()
	t.Cleanup(awayFromTheHour())
	plan.Dir, plan.Bin, plan.Blackout = t.TempDir(), cmp.Or(plan.Bin, bin), "{before: 0s, after: 0s}"
	s, err := stage.Set(plan)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	write(t, s.Config, read(t, s.Config)+"log: {level: debug, json: true}\n")
	return s
}

// played holds every trace that a document left on its way.
type played struct {
	document collectionpoint.Document
	texts    map[string]string // by the place where they were found
}

// hour plays an hour: the administrator allows sending, the first upload fails, so that the
// document waits, and the second succeeds. It keeps everything that was printed, spooled, written
// and received.
func hour(t *testing.T, s *stage.Stage) played {
	t.Helper()
	p := played{texts: map[string]string{}}
	if err := s.Point.Behave("status:503"); err != nil {
		t.Fatal(err)
	}
	p.says(t, s, 0, "consent", "allow", "--yes")
	p.says(t, s, 4, "send")
	p.holds(t, s.Dir, "state")
	if !slices.ContainsFunc(slices.Collect(maps.Keys(p.texts)),
		func(place string) bool { return strings.HasSuffix(place, ".doc") }) {
		t.Fatal("no document waits after the failed upload")
	}
	p.says(t, s, 0, "send")
	received := s.Point.Received()
	if len(received) != 1 {
		t.Fatalf("got %d documents, want 1", len(received))
	}
	p.document = received[0]
	p.texts["as received"], p.texts["unpacked"] = string(p.document.Transferred), string(p.document.Body)
	p.holds(t, s.Dir, "received", "analytics.json", "journal.jsonl", "usagedata.log")
	return p
}

// says runs the host, checks its exit code, and keeps and returns its output.
func (p played) says(t *testing.T, s *stage.Stage, want int, args ...string) string {
	t.Helper()
	out, err := s.Host(args...).CombinedOutput()
	got := 0
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		got = ended.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Fatalf("%s: got exit %d want %d\n%s", args, got, want, out)
	}
	p.texts[fmt.Sprintf("output of %s, exit %d", args, want)] = string(out)
	return string(out)
}

// holds keeps the files in these folders, except the key, which is not text.
func (p played) holds(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		err := filepath.WalkDir(filepath.Join(dir, name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == "key" {
				return err
			}
			within, _ := filepath.Rel(dir, path)
			p.texts[within] = read(t, path)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// found returns the places where a name occurs, in any spelling.
func (p played) found(name string) []string {
	var places []string
	for place, text := range p.texts {
		if spelling.Finds(text, name) {
			places = append(places, place)
		}
	}
	return places
}
