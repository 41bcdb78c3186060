package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/files"
)

// hostParts are what the host's package is made of.
type hostParts struct{ Binary, Manuals, Schema, Changelog string }

const (
	hostName = "usagedata"
	units    = "/usr/lib/systemd/system/"
)

var hostUnits = []string{"usagedata.service", "usagedata-once.service", "usagedata-once.timer",
	"usagedata-admin.service", "usagedata-admin.socket"}

func (h hostParts) contents(o order, w *workshop) (parts, error) {
	p := parts{
		Name: hostName, Summary: "Automatically send usage data of this appliance's product",
		Recommends: []string{"usagedata-plugin"},
		About: "Once an hour, and only with the customer's consent, collects what the product's\n" +
			"profile approves, makes anonymous what identifies the customer, and sends it to\n" +
			"the vendor over TLS. A plugin package says what a product has to report.",
	}
	var problems []error
	add := func(c *files.Content, err error) {
		p.Contents, problems = append(p.Contents, c), append(problems, err)
	}
	add(file(h.Binary, "/usr/bin/usagedata", 0o755), nil)
	add(file(h.Schema, "/usr/share/usagedata/usagedata-1.schema.json", 0o644), nil)
	add(folder("/etc/usagedata", 0o750), nil)
	for _, own := range []string{
		"/usr/lib/usagedata", installed, "/usr/share/usagedata", "/usr/share/doc/usagedata",
		"/usr/share/zsh", "/usr/share/zsh/vendor-completions", "/usr/share/fish", "/usr/share/fish/vendor_completions.d",
	} {
		add(folder(own, 0o755), nil)
	}
	add(w.embedded("configure", "/usr/lib/usagedata/configure", 0o755, nil))
	init, err := w.embedded("usagedata.init", "/etc/init.d/usagedata", 0o755, nil)
	init.Type = files.TypeConfig
	add(init, err)
	hardening, err := embedded.ReadFile("files/hardening.conf")
	problems = append(problems, err)
	for _, unit := range hostUnits {
		add(w.embedded(unit, units+unit, 0o644, map[string]string{"Hardening": string(hardening)}))
	}
	manuals, err := h.manuals(w)
	p.Contents, problems = append(p.Contents, manuals...), append(problems, err)
	changes, err := os.ReadFile(h.Changelog)
	problems = append(problems, err)
	documents, err := w.documents(o, p.Name, h.Binary, string(changes))
	p.Contents, problems = append(p.Contents, documents...), append(problems, err)
	p.Scripts, err = w.scripts("host", nil)
	return p, errors.Join(append(problems, err)...)
}

func (w *workshop) embedded(name, destination string, mode os.FileMode, with any) (*files.Content, error) {
	text, err := filled(name, with)
	if err != nil {
		return file("", destination, mode), err
	}
	return w.put(destination, text, mode)
}

// manuals are the pages and the completions, each where its program looks for them.
func (h hostParts) manuals(w *workshop) (all files.Contents, err error) {
	pages, err := filepath.Glob(filepath.Join(h.Manuals, "*.1"))
	if err == nil && len(pages) == 0 {
		err = errors.New("there is no manual page in --manuals: `make manuals` writes them")
	}
	for _, page := range pages {
		text, failed := os.ReadFile(page)
		c, failedToo := w.compressed("/usr/share/man/man1/"+filepath.Base(page)+".gz", string(text))
		all, err = append(all, c), errors.Join(err, failed, failedToo)
	}
	for name, destination := range map[string]string{
		"usagedata.bash": "/usr/share/bash-completion/completions/usagedata",
		"_usagedata":     "/usr/share/zsh/vendor-completions/_usagedata",
		"usagedata.fish": "/usr/share/fish/vendor_completions.d/usagedata.fish",
	} {
		all = append(all, file(filepath.Join(h.Manuals, name), destination, 0o644))
	}
	return all, err
}

// scripts are what a package manager runs for a kind of package.
func (w *workshop) scripts(kind string, with any) (s nfpm.Scripts, err error) {
	var problems []error
	for name, path := range map[string]*string{"postinst": &s.PostInstall, "prerm": &s.PreRemove,
		"postrm": &s.PostRemove} {
		*path, err = w.script(strings.Join([]string{kind, name}, "."), with)
		problems = append(problems, err)
	}
	return s, errors.Join(problems...)
}
