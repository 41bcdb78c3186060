package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goreleaser/nfpm/v2/files"
)

// guidesFolder holds the pages in each variant of the package, because the configuration file names
// it.
const guidesFolder = "/usr/share/doc/usagedata"

// guide is a page of this repository, with the files that it links to, by link. They are installed
// below the folder of the page, or exist there already.
type guide struct {
	from, to string
	links    map[string]string
}

func (h hostParts) guides(w *workDir) (files.Contents, error) {
	return w.guides(guidesFolder, []guide{
		{h.Guide, "administrators-guide.md", map[string]string{
			"examples/nginx.conf": "examples/nginx.conf", "examples/product-page.html": "examples/product-page.html"}},
		{h.Protocol, "collection-point.md", map[string]string{
			"examples/nginx.conf":                 "examples/collection-point.nginx.conf",
			"../document/usagedata-1.schema.json": "../../usagedata/usagedata-1.schema.json"}},
	})
}

// guides returns the pages and their examples, below a folder.
func (w *workDir) guides(folder string, guides []guide) (all files.Contents, err error) {
	var problems []error
	for _, g := range guides {
		text, err := g.text()
		page, failed := w.put(path.Join(folder, g.to), text, 0o644)
		all, problems = append(all, page), append(problems, err, failed)
		for link, to := range g.links {
			if strings.HasPrefix(to, "examples/") {
				all = append(all, file(filepath.Join(filepath.Dir(g.from), link), path.Join(folder, to), 0o644))
			}
		}
	}
	return all, errors.Join(problems...)
}

// link matches a Markdown link and captures its words and its target.
var link = regexp.MustCompile(`\[([^\]]*)\]\(([^)\s]+)\)`)

// forDevelopers are targets of links that no package has; the words of the link stay.
var forDevelopers = []string{"../handover/handover.go", "../../test/conformance/receiver/README.md"}

// text returns the page with links that work on the appliance. A link that would not work is an
// error.
func (g guide) text() (string, error) {
	page, err := os.ReadFile(g.from)
	if err != nil {
		return "", err
	}
	var problems []error
	text := link.ReplaceAllStringFunc(string(page), func(found string) string {
		match := link.FindStringSubmatch(found)
		words, target := match[1], match[2]
		switch {
		case strings.HasPrefix(target, "#"), strings.HasPrefix(target, "https://"):
			return found
		case slices.Contains(forDevelopers, target):
			return words
		}
		to, known := g.links[target]
		if !known {
			problems = append(problems, fmt.Errorf("%s links to %s, which is not installed", g.from, target))
		}
		return "[" + words + "](" + to + ")"
	})
	return text, errors.Join(problems...)
}
