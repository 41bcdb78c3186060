package pluginhost

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"go.uber.org/goleak"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/shelf"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(hostOf); dir != "" {
		runHost(dir)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if plugins.path != "" {
			_ = os.RemoveAll(filepath.Dir(plugins.path))
		}
		os.Exit(code)
	}))
}

// build builds a plugin of test/plugins at path, as plugins are delivered.
func build(t testing.TB, name, path string) {
	t.Helper()
	command := exec.Command("go", "build", "-o", path, "../../test/plugins/"+name)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
}

// plugins is the program that is every plugin of the shelf. It is built once for all tests: they
// are real processes behind a real handshake.
var plugins struct {
	sync.Once
	path string
}

// install installs a plugin of the shelf and returns a [Host] for it.
func install(t testing.TB, name string) (*Host, *bytes.Buffer) {
	t.Helper()
	plugins.Do(func() {
		dir, err := os.MkdirTemp("", "ud-plugins")
		if err != nil {
			t.Fatal(err)
		}
		plugins.path = filepath.Join(dir, "misbehave")
		build(t, "misbehave", plugins.path)
	})
	plugin, ok := shelf.Find(name)
	if !ok {
		t.Fatalf("%s is not on the shelf", name)
	}
	temp := t.TempDir()
	products, root := filepath.Join(temp, "products"), filepath.Join(temp, "root")
	if err := errors.Join(os.Chmod(temp, 0o755), plugin.Install(plugins.path, products),
		shelf.LayRoot(root)); err != nil {
		t.Fatal(err)
	}
	run, err := os.MkdirTemp("", "ud")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { checkEmpty(t, run) })
	host, log := open(filepath.Join(products, name), run), &bytes.Buffer{}
	host.Root, host.Log = root, hclog.New(&hclog.LoggerOptions{Output: log, Level: hclog.Trace})
	return host, log
}

// open returns a [Host] for the plugin that is installed in the folder.
func open(dir, run string) *Host {
	installed, err := product.Open(dir)
	if err != nil {
		panic(err)
	}
	limits := &installed.Profile.Limits
	limits.Collect, limits.Collector = time.Minute, 10*time.Second
	return &Host{Product: installed, Run: run, Root: "/", Log: hclog.NewNullLogger(),
		Scrub: func(line string) string { return fmt.Sprintf("[%d bytes]", len(line)) }}
}

// checkEmpty checks that no socket folder is left.
func checkEmpty(t testing.TB, run string) {
	t.Helper()
	left, err := os.ReadDir(run)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the run folder: %v, %v", left, err)
	}
	if err := os.RemoveAll(run); err != nil {
		t.Error(err)
	}
}

func period() usage.Period { return usage.LastPeriod(time.Now()) }

// arrived lists the categories of [Collected] that have at least one observation.
func arrived(got Collected) (names []string) {
	for _, o := range got.Observations {
		if !slices.Contains(names, o.Category) {
			names = append(names, o.Category)
		}
	}
	return names
}

// short is the time limit for those plugins of this package's tests that use all of it.
const short = 5 * time.Second

// SEND-5, PLUG-1: whatever a plugin does wrong, the host reports it in its own words, keeps the
// observations that had arrived, keeps no carryover of a plugin that did not end well, and leaves
// nothing behind.
func TestBrokenPlugins(t *testing.T) {
	slow := slowPlugins(t, "mute", "halfline", "stopsearly", "hangscollect", "floodsout")
	for _, p := range append(shelf.Quick(), slow...) {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			host, log := install(t, p.Name)
			if p.Limit == shelf.Late {
				host.startTimeout, host.Product.Profile.Limits.Collect = short, short
			}
			got, err := host.Collect(t.Context(), period(), nil, Former{})
			reported := fmt.Sprint(err, log)
			is := func(way string) bool { return strings.Contains(reported, way) }
			if !slices.ContainsFunc(strings.Split(p.Says, "|"), is) {
				t.Errorf("got %s\nwant %s", reported, p.Says)
			}
			if strings.Contains(reported, "seerose") {
				t.Errorf("the plugin's words are shown: %s", reported)
			}
			if p.Says == "" && err != nil || err != nil && !strings.Contains(err.Error(), " plugin "+p.Name+": ") {
				t.Errorf("got %v", err)
			}
			if got.Carryover != nil {
				t.Error("something is remembered")
			}
			if ends(got, err) != p.Ends && p.Shows == "" {
				t.Errorf("got %v, %v, want the end %s", arrived(got), got.Omissions, p.Ends)
			}
		})
	}
}

func slowPlugins(t *testing.T, names ...string) (all []shelf.Plugin) {
	for _, name := range names {
		p, ok := shelf.Find(name)
		if !ok {
			t.Fatalf("%s is not on the shelf", name)
		}
		all = append(all, p)
	}
	return all
}

func ends(got Collected, err error) shelf.End {
	switch n := len(arrived(got)); {
	case n == 0 && err != nil:
		return shelf.Refused
	case n < 3 || len(got.Omissions) > 0 && got.Omissions[0].Field == "":
		return shelf.Partly
	}
	return shelf.Whole
}
