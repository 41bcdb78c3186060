package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shells are those that a distribution may have as /bin/sh.
var shells = []string{"dash", "bash"}

// Every script that a package manager runs is one for each shell.
func TestScriptsParse(t *testing.T) {
	shop := &workshop{dir: t.TempDir()}
	host, err := shop.hostScripts()
	if err != nil {
		t.Fatal(err)
	}
	product, err := shop.scripts("product", map[string]any{"ID": "acme", "Folders": []string{"/var/log/acme"},
		"Files": []string{"/var/log/acme/analytics.json"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"adopt", "configure", "stop", "usagedata.init"} {
		text, err := filled(name, unitNames)
		if err != nil {
			t.Fatal(err)
		}
		path, err := shop.keep(text)
		if err != nil {
			t.Fatal(err)
		}
		product["/"+name] = scripts{After: path}
	}
	checked := 0
	for _, all := range []map[string]scripts{host, product} {
		for _, s := range all {
			for _, path := range []string{s.Before, s.After, s.BeforeRemoval, s.AfterRemoval, s.AfterAll} {
				for _, shell := range shells {
					if path == "" {
						continue
					}
					checked++
					if out, err := exec.Command(shell, "-n", path).CombinedOutput(); err != nil {
						t.Errorf("%s: %v\n%s", shell, err, out)
					}
				}
			}
		}
	}
	if checked < 2*16 {
		t.Errorf("%d scripts were parsed", checked)
	}
}

const fresh = "# Acme\nproduct: acme\n"

// The configuration after acme has been installed, given what was there before. Other products are gone, but for the
// one that is called here.
func TestAdopt(t *testing.T) {
	const flow = "sources: {\n  api: {url: x},\n}\n"
	site := "proxy:\n  url: http://proxy.example.com:3128\nvendor_keys: [RWabc]\n"
	sources := "sources:\n  # the old one\n  api:\n    url: https://x\n"
	from := func(product string) string { return fresh + "\n# From the configuration of " + product + ".\n" }
	for name, c := range map[string]struct {
		was, before string // config.yaml and config.yaml.acme; empty: there is none
		want        string
		kept        string // the product as which the former file is kept; empty: it is as it was
	}{
		"none":                      {"", "", fresh, ""},
		"its own":                   {"product: acme\n" + sources, "", "product: acme\n" + sources, ""},
		"quoted":                    {"\"product\": 'acme' # ours\n", "", "\"product\": 'acme' # ours\n", ""},
		"another":                   {"product: other\n", "", fresh, "other"},
		"another, with a comment":   {"product: \"other\" # ours\n", "", fresh, "other"},
		"another, lines of Windows": {"product: other\r\nslot: a\r\n", "", from("other") + "slot: a\r\n", "other"},
		"the site's settings": {"# x\n---\nproduct: other\n" + sources + "\n# y\n" + site, "",
			from("other") + site, "other"},
		"sources last":           {site + "product: other\n" + sources, "", from("other") + site, "other"},
		"product after sources":  {sources + "product: other\n" + site, "", from("other") + site, "other"},
		"sources in one line":    {"sources: {api: {url: x}}\nproduct: other\n" + site, "", from("other") + site, "other"},
		"sources over lines":     {flow + "product: other\n" + site, "", from("other") + site, "other"},
		"sources without indent": {"product: other\nsources:\n# api\n  api:\n    url: x\n", "", fresh, "other"},
		"sources of before": {"product: other\n" + site + "sources:\n  theirs: {url: y}\n",
			"product: acme\n" + sources + "slot: a\n",
			from("other") + site + "\n# From when acme was installed before.\n" + sources, "other"},
		"another that is here":       {"product: here\n" + sources, "", "product: here\n" + sources, ""},
		"products in another folder": {"products: /opt\nproduct: other\n", "", "products: /opt\nproduct: other\n", ""},
		"no product":                 {site, "", site, ""},
		"two products":               {"product: a\nproduct: b\n", "", "product: a\nproduct: b\n", ""},
		"in braces":                  {"{product: other}\n", "", "{product: other}\n", ""},
		"a path for a product":       {"product: ../x\n", "", "product: ../x\n", ""},
		"nothing in it":              {"\n", "", "\n", ""},
	} {
		for _, shell := range shells {
			a := adopting(t, c.was, c.before)
			out, err := a.run(shell)
			if err != nil {
				t.Errorf("%s, %s: %v\n%s", name, shell, err, out)
				continue
			}
			if diff := cmp.Diff(c.want, a.read(t, "config.yaml")); diff != "" {
				t.Errorf("%s, %s: got (+) want (-)\n%s", name, shell, diff)
			}
			if said := strings.Contains(out, "hint: "); said != (c.kept != "") {
				t.Errorf("%s, %s: got the message %q", name, shell, out)
			}
			if c.kept != "" && a.read(t, "config.yaml."+c.kept) != c.was {
				t.Errorf("%s, %s: the former file is not kept", name, shell)
			}
			if again, err := a.run(shell); err != nil || again != "" {
				t.Errorf("%s, %s: a second time: got %q, %v", name, shell, again, err)
			}
		}
	}
}

// A link belongs to somebody else, who looks after what it leads to.
func TestAdoptLeavesLinks(t *testing.T) {
	a := adopting(t, "product: other\n", "")
	config, target := filepath.Join(a.etc, "config.yaml"), filepath.Join(a.etc, "elsewhere")
	if err := errors.Join(os.Rename(config, target), os.Symlink(target, config)); err != nil {
		t.Fatal(err)
	}
	if out, err := a.run("dash"); err != nil || out != "" || a.read(t, "elsewhere") != "product: other\n" {
		t.Errorf("got %q, %v", out, err)
	}
	if to, err := os.Readlink(config); err != nil || to != target {
		t.Errorf("got %q, %v want the link", to, err)
	}
}

// adoption is the script in folders of a test.
type adoption struct{ etc, script string }

func adopting(t *testing.T, was, before string) adoption {
	t.Helper()
	dir := t.TempDir()
	a := adoption{filepath.Join(dir, "etc"), filepath.Join(dir, "adopt")}
	text, err := filled("adopt", unitNames)
	if err != nil {
		t.Fatal(err)
	}
	text = strings.NewReplacer("/etc/usagedata", a.etc, "/usr/lib/usagedata/products", dir+"/products",
		"/usr/share/usagedata", dir+"/share", "chgrp usagedata", "chgrp "+"$(id -g)").Replace(text)
	for path, text := range map[string]string{a.script: text, dir + "/share/acme/config.yaml": fresh,
		dir + "/products/here/profile.yaml": "", dir + "/products/acme/profile.yaml": "",
		a.etc + "/config.yaml": was, a.etc + "/config.yaml.acme": before} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if text == "" && filepath.Dir(path) == a.etc {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func (a adoption) run(shell string) (string, error) {
	out, err := exec.Command(shell, a.script, "acme").CombinedOutput()
	return string(out), err
}

func (a adoption) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(a.etc, name))
	if err != nil {
		t.Error(err)
	}
	return string(text)
}
