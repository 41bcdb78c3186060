package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// onOutside tests products of other repositories, from their teams' folders to a document at the
// collection point.
var onOutside = []step{
	{"a plugin made by newplugin outside the clone is packaged, and signed with a password-protected key",
		(*site).packageNew},
	{"it is installed and allowed, and its document is received", (*site).sendNew},
}

// onPython tests the same with a plugin that is not written in Go. Its root has the packages that
// depends.deb names, from Debian.
var onPython = []step{
	{"a plugin in Python is packaged, with the metadata of its folder", (*site).packagePython},
	{"a root with its dependencies is created", (*site).withPython},
	{"the plugin in Python is installed and allowed, and its document is received", (*site).sendPython},
}

// outside is a product of another repository.
type outside struct {
	id     string
	state  string // the folder of the product that the plugin reads
	reads  string // its path in the root
	config string // additional lines for config.yaml
	sends  string // text in the document
}

func (s *site) made() string { return filepath.Join(s.work, "outside") }

// packageNew follows plugins/README.md and cmd/package/README.md, in a folder outside the clone.
func (s *site) packageNew() (err error) {
	home, err := os.MkdirTemp("", "usagedata-outside-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	folder, key, password := filepath.Join(home, "acme"), filepath.Join(home, "acme.key"), filepath.Join(home,
		"password")
	if err := os.WriteFile(password, []byte("correct horse\r\n"), 0o600); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"go", "run", "./core/sdk/cmd/newplugin", folder, "-product", "acme", "-name", "Acme One", "-replace", here},
		{"go", "-C", folder, "mod", "tidy"},
		{"sh", "-c", `printf 'correct horse\ncorrect horse\n' | minisign -G -p "$0" -s "$1"`, s.made() + ".pub", key},
		{"make", "--no-print-directory", "package", "PLUGIN=" + folder, "ARCHS=amd64", "DIST=" + s.made(),
			"VERSION=0.2.0",
			"KEY=" + key, "KEY_PASSWORD_FILE=" + password, "FIPS="},
		{"cp", "-r", filepath.Join(folder, "testdata", "good", "opt", "acme"), s.made()},
	} {
		if _, err := s.host(args...); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) sendNew() error {
	public, err := os.ReadFile(s.made() + ".pub")
	if err != nil {
		return err
	}
	_, key, _ := strings.Cut(strings.TrimSpace(string(public)), "\n")
	if err := s.sendOutside(outside{id: "acme", state: filepath.Join(s.made(), "acme"), reads: "opt/acme",
		config: "vendor_keys: [" + key + "]\n", sends: `"users": 12`}); err != nil {
		return err
	}
	return s.mustSay("usagedata check --now", "acme 0.2.0, profile 1")
}

func (s *site) packagePython() error {
	if _, err := s.host("test/plugins/python/build.sh", s.made()); err != nil {
		return err
	}
	_, err := s.host("go", "run", "./cmd/package", "product", filepath.Join(s.made(), "python"), "--version", "0.2.0",
		"--date", "2026-03-01T12:00:00Z", "--out", s.made())
	return err
}

func (s *site) sendPython() error {
	return s.sendOutside(outside{id: "python", state: "test/plugins/foreign/testdata/good/opt/example",
		reads: "opt/example", sends: `"local": `})
}

// sendOutside installs host and product with dpkg, and sends.
func (s *site) sendOutside(p outside) error {
	there := *s
	there.product = p.id
	if err := there.clock(); err != nil {
		return err
	}
	if err := errors.Join(there.bring(s.now, "usagedata_*_amd64.deb"),
		there.bring(s.made(), "usagedata-plugin-"+p.id+"_*_amd64.deb")); err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(s.root, p.reads), os.DirFS(p.state)); err != nil {
		return err
	}
	if _, err := there.inside("dpkg --install /packages/*.deb && rm /packages/*.deb"); err != nil {
		return err
	}
	if err := there.configure(); err != nil {
		return err
	}
	came, err := s.read("/etc/usagedata/config.yaml")
	if err != nil {
		return err
	}
	if err := s.write("/etc/usagedata/config.yaml", came+p.config); err != nil {
		return err
	}
	n := len(s.point.Received())
	if err := there.mustSay(decide+" && usagedata send", "allowed since", "accepted"); err != nil {
		return err
	}
	if err := there.received(n + 1); err != nil {
		return err
	}
	return says("the document", string(s.point.Received()[n].Body), `"id": "`+p.id+`"`, p.sends)
}

// withPython creates a root with the packages that the plugin in Python depends on, as its package
// says. The archive is created once, like the root without them.
func (s *site) withPython() error {
	tree := filepath.Join(s.work, "python.tar")
	if _, err := os.Stat(tree); err == nil {
		return s.lay(tree)
	}
	if err := s.fresh(); err != nil {
		return err
	}
	deb, err := only(s.made(), "usagedata-plugin-python_*_amd64.deb")
	if err != nil {
		return err
	}
	depends, err := s.host("dpkg-deb", "-f", deb, "Depends")
	if err != nil {
		return err
	}
	var names []string
	for name := range strings.SplitSeq(strings.TrimSpace(depends), ", ") {
		if name, _, _ = strings.Cut(name, " "); name != "usagedata" {
			names = append(names, name)
		}
	}
	if _, err := s.inside(fmt.Sprintf("apt-get -qq update && apt-get -qq install -y --no-install-recommends %s && "+
		"apt-get clean && rm -rf /var/lib/apt/lists/*", strings.Join(names, " "))); err != nil {
		return err
	}
	_, err = s.host("tar", "-C", s.root, "--one-file-system", "-cf", tree, ".")
	return err
}
