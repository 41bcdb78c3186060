package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"polycom.com/usagedata/test/stage"
)

var (
	consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)```")
	codeBlock    = regexp.MustCompile("(?s)```.*?```")
	link         = regexp.MustCompile(`\]\(([^)#:]+)\)`)
)

// PLUG-2: the guides work as written. Commands of usagedata and programs are run in the order of
// the page. Make targets are only looked up, because CI runs them itself.
func TestGuides(t *testing.T) {
	pages, err := filepath.Glob("../../plugins/*/README.md")
	if err != nil || len(pages) < 5 {
		t.Fatalf("got %v, %v, want a page for each product", pages, err)
	}
	for i, page := range pages {
		pages[i] = strings.TrimPrefix(page, "../../")
	}
	for _, page := range append(pages, "README.md", "cmd/host/README.md", "cmd/package/README.md",
		"core/upload/README.md", "plugins/README.md", "test/README.md") {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("../..", page))
			if err != nil {
				t.Fatal(err)
			}
			runCommands(t, string(text))
			for _, to := range link.FindAllStringSubmatch(codeBlock.ReplaceAllString(string(text), ""), -1) {
				if _, err := os.Stat(filepath.Join("../..", filepath.Dir(page), to[1])); err != nil {
					t.Errorf("link to %s: %v", to[1], err)
				}
			}
		})
	}
}

func runCommands(t *testing.T, text string) {
	s, err := stage.Set(stage.Plan{Dir: t.TempDir(), Bin: bin, Product: "dma", Blackout: "{before: 0s, after: 0s}"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, block := range consoleBlock.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			if command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ "); ok {
				runCommand(t, s, command)
			}
		}
	}
}

func runCommand(t *testing.T, s *stage.Stage, command string) {
	dir := "../.."
	if strings.HasPrefix(command, "MODULES=") || strings.HasPrefix(command, "go run polycom.com/usagedata/") {
		return // these need the vendor's module proxy: test/newcomer runs them
	}
	switch word, _, _ := strings.Cut(command, " "); word {
	case "usagedata":
		dir = s.Dir
		command = "'" + bin + "/usagedata' --config '" + s.Config + "'" + strings.TrimPrefix(command, word)
	case "make":
		command = "make -n " + strings.TrimPrefix(command, word)
	case "go":
		command = strings.Replace(command, "go test", "go vet", 1) // the tests run with make test
	default:
		t.Errorf("%s: this test does not know how to run it", command)
		return
	}
	run := exec.Command("sh", "-c", command)
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", command, err, out)
	}
}
