package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"polycom.com/usagedata/core/usage"
)

// own is the module of the usage data service.
const own = "polycom.com/usagedata"

// plan describes the plugin to write. The templates use its fields.
type plan struct {
	Dir     string // absolute path
	ID      string
	Name    string
	Module  string // of the plugin; empty if it belongs to the module of the usage data service
	Replace string // as written in go.mod
	Release string // of the usage data service: the version of the SDK that the plugin begins with
}

// complete fills in missing values, and checks everything that can be checked before the first file
// is written.
func (p plan) complete(dir string) (plan, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return p, err
	}
	p.Dir = dir
	if !usage.IsProduct(p.ID) {
		return p, wrong("for example -product acme",
			"-product: id must be 2 to 32 lower-case letters and digits and begin with a letter")
	}
	if p.Name == "" && p.ID != "" {
		p.Name = strings.ToUpper(p.ID[:1]) + p.ID[1:]
	}
	if err := vacant(dir); err != nil {
		return p, err
	}
	inside := moduleOf(dir) == own
	switch {
	case inside && p.Module == "" && p.Replace != "":
		return p, wrong("remove -replace, or give the plugin a module of its own with -module",
			"%s is in the module of the usage data service", dir)
	case !inside && p.Module == "":
		p.Module = "polycom.com/usagedata-" + p.ID
	}
	return p, p.checkModule()
}

var modulePath = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~/-]*$`)

func (p plan) checkModule() error {
	if p.Module != "" && !modulePath.MatchString(p.Module) {
		return wrong("for example polycom.com/usagedata-acme", "-module is not a valid module path")
	}
	if p.Replace == "" {
		return nil
	}
	at := p.Replace
	if !filepath.IsAbs(at) {
		at = filepath.Join(p.Dir, at)
	}
	local := filepath.IsAbs(p.Replace) || strings.HasPrefix(p.Replace, "./") || strings.HasPrefix(p.Replace, "../")
	if declared(filepath.Join(at, "go.mod")) != own || !local || strings.ContainsAny(p.Replace, " \t\n\"`") {
		return wrong("give the folder of a checkout: an absolute path, or a path relative to DIR that begins with ../",
			"-replace is not a checkout of the usage data service")
	}
	return nil
}

// vacant refuses a directory that already contains files.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return wrong("give a new or empty folder", "read the folder: %w", err)
	case len(entries) > 0:
		return wrong("give a new or empty folder", "%s is not empty", dir)
	}
	return nil
}

// moduleOf returns the module to which a directory belongs, or an empty string if there is no
// go.mod above it. The directory need not exist yet.
func moduleOf(dir string) string {
	for {
		if module := declared(filepath.Join(dir, "go.mod")); module != "" {
			return module
		}
		above := filepath.Dir(dir)
		if above == dir {
			return ""
		}
		dir = above
	}
}

var moduleLine = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`)

// declared returns the module that a go.mod declares, or an empty string if it declares no module
// or cannot be read.
func declared(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	if found := moduleLine.FindSubmatch(text); found != nil {
		return string(found[1])
	}
	return ""
}
