package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/goccy/go-yaml"

	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// Config is the input of [Test]: the product to test, and how.
type Config struct {
	Product  string   // folder of the installed product: profile.yaml, plugin, plugin.sha256
	Baseline string   // folder of its last release, with which it is compared; none if empty
	Root     string   // the file system that the plugin reads; / if empty
	File     string   // path of a [File]; if empty, no source is configured
	Seed     uint64   // for everything that is drawn at random
	Only     []string // ids or topics of the checks to run; all if empty
	Skip     []string // ids or topics of the checks to skip
	Command  []string // how the suite was started, for the report

	Timeout  time.Duration // limit for the whole run; [DefaultTimeout] if 0
	Collects int           // collects in one process, to find leaks; [DefaultCollects] if 0
	Patience time.Duration // limit for these collects; two minutes if 0

	// Begin is called before anything is run, with the result that is true until the run ends. If it
	// returns an error, nothing is run and [Test] returns the error.
	Begin    func(result.Result) error
	Playing  func([]scene.Name) // called with the scenes that are played now; by several goroutines
	Progress func(result.Done)  // called after each check
}

// File is the file that -config names. Unknown keys are an error.
type File struct {
	Sources map[string]map[string]any `yaml:"sources"` // as in config.yaml
	Names   []string                  `yaml:"names"`   // customer names in the sources: not allowed in kept values
	Largest struct {                  // the largest known product, for the size of its document
		Root    string                    `yaml:"root"`
		Sources map[string]map[string]any `yaml:"sources"`
	} `yaml:"largest"`
	Waivers []result.Waiver `yaml:"waivers"`
}

// maxFile is the size limit of the file, in bytes.
const maxFile = 1 << 20

func readFile(ctx context.Context, path string) (f File, err error) {
	if path == "" {
		return f, nil
	}
	text, err := readAll(ctx, path)
	if err != nil {
		return f, err
	}
	if len(text) > maxFile {
		return f, fmt.Errorf("read %s: larger than %d bytes", path, maxFile)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))), yaml.Strict())
	if err := decoder.Decode(&f); err != nil {
		return f, usage.WithHint(fmt.Errorf("read %s: %s", path, yamlProblem(err)),
			"allowed keys: sources, names, largest, waivers; see test/conformance/README.md")
	}
	var second any
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return f, usage.WithHint(fmt.Errorf("read %s: the file has more than one document", path),
			"remove the line --- or ... and everything after it")
	}
	return f, nil
}

// readAll reads one byte more than the limit at most. It waits for the writer of a pipe, but not
// longer than the context.
func readAll(ctx context.Context, path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	defer context.AfterFunc(ctx, func() { _ = file.SetReadDeadline(time.Now()) })() // fails for a regular file
	return io.ReadAll(io.LimitReader(file, maxFile+1))
}

// yamlProblem returns the line and the problem of an error of the YAML library. It replaces the
// library's messages about types, which name types of Go.
func yamlProblem(err error) string {
	if errors.Is(err, io.EOF) {
		return "the file is empty"
	}
	var problem yaml.Error
	if !errors.As(err, &problem) || problem.GetToken() == nil {
		return err.Error()
	}
	text := problem.GetMessage()
	mistyped, unexpected := (*yaml.TypeError)(nil), (*yaml.UnexpectedNodeTypeError)(nil)
	if errors.As(err, &mistyped) || errors.As(err, &unexpected) {
		text = "the value has the wrong form: see the example in test/conformance/README.md"
	}
	return fmt.Sprintf("line %d: %s", problem.GetToken().Position.Line, text)
}

// worlds returns the [scene.World] of a healthy product and that of the largest one.
func (c Config) worlds(p profile.Profile, f File) (healthy, largest scene.World, err error) {
	healthy, err = world(p, c.Root, f.Sources)
	if err != nil {
		return healthy, largest, err
	}
	healthy.Names = f.Names
	if f.Largest.Root == "" {
		return healthy, largest, nil
	}
	largest, err = world(p, f.Largest.Root, f.Largest.Sources)
	return healthy, largest, err
}

func world(p profile.Profile, root string, sources map[string]map[string]any) (scene.World, error) {
	if root == "" {
		root = "/"
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return scene.World{}, err
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return scene.World{}, usage.WithHint(fmt.Errorf("root %s is not a folder", root),
			"give the folder that the plugin reads as its file system")
	}
	w := scene.World{Root: root, Sources: map[string]any{}}
	for name, settings := range sources {
		w.Sources[name] = settings
	}
	return w, checkSources(p, sources)
}

// checkSources checks the configured sources against the [profile.Profile], as the host does.
func checkSources(p profile.Profile, sources map[string]map[string]any) error {
	var problems []error
	for name, settings := range sources {
		source, known := p.Source(name)
		if !known {
			problems = append(problems, fmt.Errorf("product %s has no source %s", p.ID, name))
			continue
		}
		for key, value := range settings {
			problems = append(problems, config.CheckSetting(source, key, value))
		}
		for _, setting := range source.Settings {
			if _, given := settings[setting.Name]; setting.Required && !given {
				problems = append(problems, fmt.Errorf("source %s needs %s", name, setting.Name))
			}
		}
	}
	return errors.Join(problems...)
}
