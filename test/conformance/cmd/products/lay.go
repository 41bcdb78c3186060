package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/plugins/python"
	"polycom.com/usagedata/test/stage"
)

// setUp creates the product's folder anew, starts the servers that the product has, and returns the
// suite's arguments for it.
func (o options) setUp(product string) (args []string, closing func() error, err error) {
	out := filepath.Join(o.out, product)
	if err := emptyFolder(out); err != nil {
		return nil, nil, err
	}
	s, err := stage.Set(stage.Plan{Dir: filepath.Join(out, "stage"), Bin: o.bin, Product: product, Whole: true})
	if err != nil {
		return nil, nil, err
	}
	closing = s.Close
	l := layout{dir: out, sources: s.Sources(), names: s.Names()}
	if s.Appliance != nil {
		large, err := o.large(s, product)
		if err != nil {
			return nil, nil, errors.Join(err, closing())
		}
		closing = func() error { return errors.Join(large.Close(), s.Close()) }
		l.largest = maps.Clone(l.sources)
		maps.Copy(l.largest, large.Sources())
	}
	if err := l.write(filepath.Join(o.testdata, product, "testdata", "good"),
		filepath.Join(s.Dir, "products", product)); err != nil {
		return nil, nil, errors.Join(err, closing())
	}
	return append([]string{
		"-product", filepath.Join(o.bin, "products", product), "-root", l.root(), "-config", l.file(),
		"-collects", fmt.Sprint(o.collects), "-timeout", o.timeout.String(),
	}, o.release(product)...), closing, nil
}

// release returns the arguments by which a release is compared with the last one, and signed.
func (o options) release(product string) (args []string) {
	if last := filepath.Join(o.baseline, product); o.baseline != "" {
		if _, err := os.Stat(last); err == nil {
			args = append(args, "-baseline", last)
		}
	}
	if o.key != "" {
		args = append(args, "-key", o.key)
	}
	if o.passwordFile != "" {
		args = append(args, "-password-file", o.passwordFile)
	}
	return args
}

// counts are those of the largest plausible site, larger than any known one.
var counts = map[string]int{"/devices": 10_000, "/users": 20_000, "/site-topology/sites": 2_000, "/dial-rules": 500,
	"/mcus": 200, "/veqs": 60, "/hunt-groups": 500}

// large sets up the same product with the largest site.
func (o options) large(s *stage.Stage, product string) (*stage.Stage, error) {
	site := s.Site
	for path, n := range counts {
		site = site.WithCount(path, n)
	}
	return stage.Set(stage.Plan{Dir: filepath.Join(o.out, product, "stage", "largest"), Bin: o.bin, Product: product,
		Site: &site})
}

// layPython builds the plugin in Python, which reads only files.
func (o options) layPython() (args []string, closing func() error, err error) {
	out := filepath.Join(o.out, python.ID)
	if err := emptyFolder(out); err != nil {
		return nil, nil, err
	}
	here, built := filepath.Join("test", "plugins", "python"), filepath.Join(out, "stage")
	if output, err := exec.Command("./"+filepath.Join(here, "build.sh"), built).CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("build the plugin in Python: %w\n%s", err, output)
	}
	return []string{
		"-product", filepath.Join(built, python.ID), "-root", filepath.Join("test", "plugins", "foreign", "testdata",
			"good"), "-collects", fmt.Sprint(o.collects), "-timeout", o.timeout.String(),
	}, func() error { return nil }, nil
}

// emptyFolder creates the folder anew. It removes an existing folder only if an earlier run made
// it.
func emptyFolder(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "stage")); err == nil {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	return os.MkdirAll(filepath.Join(dir, "stage"), 0o755)
}

// layout writes the root and the configuration of the suite.
type layout struct {
	dir     string
	sources map[string]map[string]any
	names   []string
	largest map[string]map[string]any // nil if there is no larger one
}

func (l layout) root() string { return filepath.Join(l.dir, "root") }
func (l layout) file() string { return filepath.Join(l.dir, "conformance.yaml") }

func (l layout) write(good, installed string) error {
	if err := os.CopyFS(l.root(), os.DirFS(good)); err != nil {
		return err
	}
	p, err := profile.Load(installed)
	if err != nil {
		return err
	}
	for _, source := range p.Sources {
		for _, setting := range source.Settings {
			if err := l.beneath(setting.Kind, l.sources[source.Name][setting.Name]); err != nil {
				return err
			}
		}
	}
	config := map[string]any{"sources": l.sources, "names": l.names}
	if l.largest != nil {
		config["largest"] = map[string]any{"root": l.root(), "sources": l.largest}
	}
	text, err := json.MarshalIndent(config, "", "  ") // JSON is YAML
	if err != nil {
		return err
	}
	return os.WriteFile(l.file(), append(text, '\n'), 0o600)
}

// beneath copies the files that a setting's paths name into the root, where the plugin looks for
// them.
func (l layout) beneath(kind profile.SettingKind, value any) error {
	var paths []string
	switch value := value.(type) {
	case string:
		paths = []string{value}
	case []string:
		paths = value
	}
	if kind != profile.SettingPath && kind != profile.SettingPaths {
		return nil
	}
	for _, path := range paths {
		if err := copyTree(path, filepath.Join(l.root(), path)); err != nil {
			return fmt.Errorf("copy the files of a source: %w", err)
		}
	}
	return nil
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return errors.Join(os.MkdirAll(filepath.Dir(target), 0o755), os.WriteFile(target, text, 0o644))
	})
}
