package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2/files"
)

// hostParts are the inputs of the host's package.
type hostParts struct{ Binary, Manuals, Schema, Changelog, Guide, Protocol string }

const (
	hostName = "usagedata"
	units    = "/usr/lib/systemd/system/"
)

var hostUnits = []string{"usagedata.service", "usagedata-once.service", "usagedata-once.timer",
	"usagedata-admin.service", "usagedata-admin.socket"}

// hostNeeds are the programs with which the scripts look up and create the service's user.
var hostNeeds = []needed{
	{Name: "passwd", Format: "deb"},
	{Name: "/usr/sbin/useradd", Format: "rpm", Scripts: true},
	{Name: "/usr/sbin/groupadd", Format: "rpm", Scripts: true},
	{Name: "/usr/bin/getent", Format: "rpm", Scripts: true}, {Name: "coreutils", Format: "rpm", Scripts: true},
	{Name: "/usr/bin/sed", Format: "rpm", Scripts: true}, {Name: "util-linux", Format: "rpm", Scripts: true},
}

func (h hostParts) contents(o order, w *workDir) (parts, error) {
	binary, err := readProgram(h.Binary, o.Arch)
	if err != nil {
		return parts{}, err
	}
	fips, err := binary.fips()
	if err != nil {
		return parts{}, err
	}
	p := parts{
		Name: variant(hostName, fips), Conflicts: otherVariant(fips), License: ownLicense,
		Summary: "Automatically send usage data of this appliance's product",
		Depends: hostNeeds, Recommends: []needed{{Name: "usagedata-plugin"}, {Name: "ca-certificates"}},
		About: "Once an hour, and only with the customer's consent, collects the usage\n" +
			"data that the product's profile approves, makes identifying values\n" +
			"anonymous, and sends it to the vendor over TLS. A plugin package adds the\n" +
			"profile of a product.",
	}
	var problems []error
	add := func(c *files.Content, err error) {
		p.Contents, problems = append(p.Contents, c), append(problems, err)
	}
	add(file(h.Binary, "/usr/bin/usagedata", 0o755), nil)
	add(file(h.Schema, "/usr/share/usagedata/usagedata-1.schema.json", 0o644), nil)
	p.Contents = append(p.Contents, configurationFolder()...)
	for _, own := range []string{"/usr/lib/usagedata", installed, "/usr/share/usagedata", guidesFolder,
		guidesFolder + "/examples"} {
		add(folder(own, 0o755), nil)
	}
	if p.Name != hostName { // the pages are in guidesFolder in either case
		add(folder("/usr/share/doc/"+p.Name, 0o755), nil)
	}
	for _, script := range []string{"configure", "adopt", "usable", "stop"} {
		add(w.embedded(script, "/usr/lib/usagedata/"+script, 0o755, unitNames))
	}
	init, err := w.embedded("usagedata.init", "/etc/init.d/usagedata", 0o755, nil)
	p.Contents, problems = append(p.Contents, initScript(init)...), append(problems, err)
	add(w.embedded("usagedata.sysusers", "/usr/lib/sysusers.d/usagedata.conf", 0o644, nil))
	add(w.embedded("usagedata.preset", "/usr/lib/systemd/system-preset/80-usagedata.preset", 0o644, nil))
	hardening, err := embedded.ReadFile("files/hardening.conf")
	problems = append(problems, err)
	for _, unit := range hostUnits {
		add(w.embedded(unit, units+unit, 0o644, map[string]string{"Hardening": string(hardening)}))
	}
	guides, err := h.guides(w)
	p.Contents, problems = append(p.Contents, guides...), append(problems, err)
	manuals, err := h.manuals(w)
	p.Contents, problems = append(p.Contents, manuals...), append(problems, err)
	changes, err := os.ReadFile(h.Changelog)
	problems = append(problems, err)
	legal, err := legalFilesOf(o, p.Name, binary, "", ".")
	problems = append(problems, err)
	documents, err := w.documents(o, p.Name, legal, string(changes))
	p.Contents, problems = append(p.Contents, documents...), append(problems, err)
	p.Scripts, err = w.hostScripts()
	return p, errors.Join(append(problems, err)...)
}

// otherVariant returns the host's package that cannot be installed at the same time.
func otherVariant(fips string) []string {
	if fips == "" {
		return []string{variant(hostName, "fips")}
	}
	return []string{hostName}
}

func (w *workDir) embedded(name, destination string, mode os.FileMode, with any) (*files.Content, error) {
	text, err := filled(name, with)
	if err != nil {
		return file("", destination, mode), err
	}
	return w.put(destination, text, mode)
}

// manuals returns the pages and the completions, each in the folder in which its program looks for
// it.
func (h hostParts) manuals(w *workDir) (all files.Contents, err error) {
	all, err = w.pages(h.Manuals, "1")
	completion := func(name, destination, format string) {
		c := file(filepath.Join(h.Manuals, name), destination, 0o644)
		c.Packager = format
		all = append(all, c)
	}
	for _, own := range []string{"/usr/share/zsh", "/usr/share/zsh/site-functions", "/usr/share/fish",
		"/usr/share/fish/vendor_completions.d"} {
		c := folder(own, 0o755) // rpm removes the folders that a package owns, dpkg those that are empty
		c.Packager = "rpm"
		all = append(all, c)
	}
	completion("usagedata.bash", "/usr/share/bash-completion/completions/usagedata", "")
	completion("usagedata.fish", "/usr/share/fish/vendor_completions.d/usagedata.fish", "")
	completion("_usagedata", "/usr/share/zsh/vendor-completions/_usagedata", "deb")
	completion("_usagedata", "/usr/share/zsh/site-functions/_usagedata", "rpm")
	return all, err
}

// pages returns the manual pages of some sections in a folder.
func (w *workDir) pages(from string, sections ...string) (all files.Contents, err error) {
	for _, section := range sections {
		pages, failed := filepath.Glob(filepath.Join(from, "*."+section))
		if failed == nil && len(pages) == 0 {
			failed = errors.New("the folder of --manuals has no manual page: `make manuals` writes them")
		}
		err = errors.Join(err, failed)
		for _, page := range pages {
			text, failed := os.ReadFile(page)
			c, failedToo := w.compressed("/usr/share/man/man"+section+"/"+filepath.Base(page)+".gz", string(text))
			all, err = append(all, c), errors.Join(err, failed, failedToo)
		}
	}
	return all, err
}

// configurationFolder returns the folder of the configuration, owned by root and readable by the
// service's group. Before a Debian package is unpacked that group does not exist, so its script
// sets it.
func configurationFolder() files.Contents {
	rpm, deb := folder("/etc/usagedata", 0o750), folder("/etc/usagedata", 0o750)
	rpm.Packager, rpm.FileInfo.Group, deb.Packager = "rpm", "usagedata", "deb"
	return files.Contents{rpm, deb}
}

// initScript is a configuration file on Debian, and a program elsewhere, as the distributions'
// policies require.
func initScript(c *files.Content) files.Contents {
	deb := *c
	deb.Packager, deb.Type, c.Packager = "deb", files.TypeConfig, "rpm"
	return files.Contents{c, &deb}
}

// unitNames are the units that the scripts stop and disable.
var unitNames = map[string]string{"Units": strings.Join(hostUnits, " ")}

// hostScripts returns the scripts that the package managers run for the host's package.
func (w *workDir) hostScripts() (map[string]scripts, error) {
	with := map[string]string{"Units": unitNames["Units"]}
	user, err := userScript(hostName)
	folders, failedToo := filled("folders", nil)
	elsewhere, missing := filled("elsewhere", nil)
	with["User"], with["Folders"], with["Elsewhere"] = user, folders, elsewhere
	all, broken := w.scripts("host", with)
	return all, errors.Join(err, failedToo, missing, broken)
}

// userScript returns the lines of a script that create a service's user of the same name.
func userScript(name string) (string, error) {
	line, err := filled(name+".sysusers", nil)
	if err != nil {
		return "", err
	}
	return filled("user", map[string]string{"Name": name, "Line": line})
}

// scripts returns the scripts that the package managers run for a kind of package.
func (w *workDir) scripts(kind string, with any) (map[string]scripts, error) {
	var problems []error
	script := func(name string) string {
		text, err := filled(name, with)
		if errors.Is(err, fs.ErrNotExist) {
			return "" // not all kinds have all scripts
		}
		path, failed := w.keep(text)
		problems = append(problems, err, failed)
		return path
	}
	all := map[string]scripts{
		"deb": {Before: script("deb/" + kind + ".preinst"), After: script("deb/" + kind + ".postinst"),
			BeforeRemoval: script("deb/" + kind + ".prerm"), AfterRemoval: script("deb/" + kind + ".postrm")},
		"rpm": {Before: script("rpm/" + kind + ".pre"), After: script("rpm/" + kind + ".post"),
			AfterAll: script("rpm/" + kind + ".posttrans"), BeforeRemoval: script("rpm/" + kind + ".preun"),
			AfterRemoval: script("rpm/" + kind + ".postun")},
	}
	return all, errors.Join(problems...)
}
