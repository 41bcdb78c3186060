package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/config"
)

// shells are the shells that distributions use as /bin/sh.
var shells = []string{"dash", "bash"}

// Every script of a package parses in each shell.
func TestScriptsParse(t *testing.T) {
	dir := &workDir{dir: t.TempDir()}
	host, err := dir.hostScripts()
	if err != nil {
		t.Fatal(err)
	}
	product, err := dir.scripts("product", map[string]any{"ID": "acme", "Folders": []string{"/var/log/acme"},
		"Files": []string{"/var/log/acme/analytics.json"}, "Elsewhere": "elsewhere() { :; }\n"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"adopt", "configure", "usable", "stop", "usagedata.init"} {
		text, err := filled(name, unitNames)
		if err != nil {
			t.Fatal(err)
		}
		path, err := dir.keep(text)
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
	if checked < 2*18 {
		t.Errorf("%d scripts were parsed", checked)
	}
}

const fresh = "# Acme\nproduct: acme\n"

// adopt writes the right configuration for acme, given the previous one. Other products are no
// longer installed, except the one named "here".
func TestAdopt(t *testing.T) {
	const flow = "sources: {\n  api: {url: x},\n}\n"
	site := "proxy:\n  url: http://proxy.example.com:3128\nvendor_keys: [RWabc]\n"
	sources := "sources:\n  # the old one\n  api:\n    url: https://x\n"
	from := func(product string) string { return fresh + "\n# From the configuration of " + product + ".\n" }
	for name, c := range map[string]struct {
		was, before string // config.yaml and config.yaml.acme; empty: missing
		want        string
		kept        string // the product whose name the kept file has; empty: unchanged
	}{
		"none":    {"", "", fresh, ""},
		"its own": {"product: acme\n" + sources, "", "product: acme\n" + sources, ""},
		"quoted": {"\"product\": 'acme' # ours\n", "", "\"product\": 'acme' # ours\n",
			""},
		"another":                 {"product: other\n", "", fresh, "other"},
		"another, with a comment": {"product: \"other\" # ours\n", "", fresh, "other"},
		"another product, Windows line endings": {"product: other\r\nslot: a\r\n", "", from("other") + "slot: a\r\n",
			"other"},
		"the site's settings": {"# x\n---\nproduct: other\n" + sources + "\n# y\n" + site, "",
			from("other") + site, "other"},
		"sources last":          {site + "product: other\n" + sources, "", from("other") + site, "other"},
		"product after sources": {sources + "product: other\n" + site, "", from("other") + site, "other"},
		"sources in one line": {"sources: {api: {url: x}}\nproduct: other\n" + site, "", from("other") + site,
			"other"},
		"sources over lines":     {flow + "product: other\n" + site, "", from("other") + site, "other"},
		"sources without indent": {"product: other\nsources:\n# api\n  api:\n    url: x\n", "", fresh, "other"},
		"sources of an earlier installation": {"product: other\n" + site + "sources:\n  theirs: {url: y}\n",
			"product: acme\n" + sources + "slot: a\n",
			from("other") + site + "\n# From when acme was installed before.\n" + sources, "other"},
		"a comment after the start":  {"--- # mine\nproduct: other\n" + site, "", from("other") + site, "other"},
		"a byte order mark":          {"\ufeff# x\nproduct: other\n" + site, "", from("other") + site, "other"},
		"one before the product":     {"\ufeffproduct: other\n" + site, "", from("other") + site, "other"},
		"a folder is left over":      {"product: left\n" + site, "", from("left") + site, "left"},
		"another that is here":       {"product: here\n" + sources, "", "product: here\n" + sources, ""},
		"products in another folder": {"products: /opt\nproduct: other\n", "", "products: /opt\nproduct: other\n", ""},
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

// If the file cannot be switched automatically, it stays unchanged and the message says how to
// proceed. Nothing is lost, and nothing is sent, because the product that the file names is gone.
func TestAdoptRefuses(t *testing.T) {
	for name, was := range map[string]string{
		"an alias to what goes": "product: other\nsources: {api: {url: &a x}}\nslot: *a\n",
		"a second document":     "product: other\n...\nvendor_keys: [x]\n",
		"indented":              "  product: other\n  slot: a\n",
		"in braces":             "{product: other, slot: a}\n",
		"over lines":            "product:\n  other\n",
		"two products":          "product: a\nproduct: b\n",
		"a path for a product":  "product: ../x\n",
		"nothing in it":         "\n",
		"no product":            "slot: a\n",
	} {
		for _, shell := range shells {
			a := adopting(t, was, "")
			out, err := a.run(shell)
			if err == nil || !strings.Contains(out, "for acme") || !strings.Contains(out, "hint: ") ||
				strings.Contains(out, ".new") || a.read(t, "config.yaml") != was {
				t.Errorf("%s, %s: got %q, %v, and %q", name, shell, out, err, a.read(t, "config.yaml"))
			}
			if all, err := os.ReadDir(a.etc); err != nil || len(all) != 1 {
				t.Errorf("%s, %s: got %v, %v want the file alone", name, shell, all, err)
			}
		}
	}
}

// An upgrade from version 0.1.0, whose package owned the file, moves it away; adopt restores it.
func TestAdoptRestoresAMovedFile(t *testing.T) {
	for _, name := range []string{"config.yaml.rpmsave", "config.yaml.usagedata_upgrade"} {
		taken := fresh + "\n# From the configuration of other.\nvendor_keys: [RWabc]\n"
		for was, want := range map[string]string{
			"product: acme\nvendor_keys: [RWabc]\n":  "product: acme\nvendor_keys: [RWabc]\n",
			"product: other\nvendor_keys: [RWabc]\n": taken,
		} {
			a := adopting(t, "", "")
			if err := os.WriteFile(filepath.Join(a.etc, name), []byte(was), 0o640); err != nil {
				t.Fatal(err)
			}
			if out, err := a.run("dash"); err != nil || a.read(t, "config.yaml") != want {
				t.Errorf("%s: got %q, %v, and %q want %q", name, out, err, a.read(t, "config.yaml"), want)
			}
		}
	}
}

// A dangling symbolic link is no configuration, and is not replaced by one.
func TestAdoptReportsADanglingLink(t *testing.T) {
	a := adopting(t, "", "")
	if err := os.Symlink("/nonexistent", filepath.Join(a.etc, "config.yaml")); err != nil {
		t.Fatal(err)
	}
	if out, err := a.run("dash"); err == nil || !strings.Contains(out, "does not exist\nhint: ") {
		t.Errorf("got %q, %v", out, err)
	}
}

// Only root can run the scripts; any other user gets that message before anything is touched.
func TestScriptsRequireRoot(t *testing.T) {
	for _, name := range []string{"adopt", "configure"} {
		text, err := filled(name, unitNames)
		if err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "$(id -u)", "1000")
		text = strings.ReplaceAll(text, "/etc/usagedata", filepath.Join(t.TempDir(), "none"))
		out, err := exec.Command("dash", "-c", text, name, "acme").CombinedOutput()
		var ended *exec.ExitError
		if !errors.As(err, &ended) || ended.ExitCode() != 1 || !strings.Contains(string(out), "hint: run it as root") {
			t.Errorf("%s: got %q, %v", name, out, err)
		}
	}
}

// A purge names the folders that the configuration sets, in whichever notation, and no other.
func TestPurgeNamesFoldersElsewhere(t *testing.T) {
	script, err := filled("elsewhere", nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"folders:\n  state: /srv/ud # ours\n  log: \"/srv/log\"\n# state: /no\n": "/srv/ud /srv/log",
		"folders: {\"state\": '/srv/ud', log: /srv/log}\nlog: {level: info}\n":   "/srv/ud /srv/log",
		"folders:\n  state: /var/lib/usagedata\nlog:\n  level: info\n":           "",
	} {
		file := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, shell := range shells {
			out, err := exec.Command(shell, "-eu", "-c", script+"elsewhere "+file).CombinedOutput()
			var got []string
			for line := range strings.Lines(string(out)) {
				if name, ok := strings.CutPrefix(line, "hint: remove it with rm -r "); ok {
					got = append(got, strings.Fields(name)[0])
				}
			}
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("%s: got %q, %v want %q named of %q", shell, out, err, want, text)
			}
		}
	}
}

// A symbolic link is left in place: its owner looks after the file that it leads to.
func TestAdoptLeavesLinks(t *testing.T) {
	a := adopting(t, "product: other\n", "")
	link, target := filepath.Join(a.etc, "config.yaml"), filepath.Join(a.etc, "elsewhere")
	if err := errors.Join(os.Rename(link, target), os.Symlink(target, link)); err != nil {
		t.Fatal(err)
	}
	if out, err := a.run("dash"); err != nil || out != "" || a.read(t, "elsewhere") != "product: other\n" {
		t.Errorf("got %q, %v", out, err)
	}
	if to, err := os.Readlink(link); err != nil || to != target {
		t.Errorf("got %q, %v want the link", to, err)
	}
}

// TestMain is also the fake of the script usable: it reads the file as the service does, with
// [config.Read], and requires the product to be installed.
func TestMain(m *testing.M) {
	if len(os.Args) != 3 || os.Args[1] != "usable" {
		os.Exit(m.Run())
	}
	settings, err := config.Read(os.Args[2])
	if err == nil {
		_, err = os.Stat(filepath.Join(os.Getenv("PRODUCTS"), settings.Product, "profile.yaml"))
	}
	if err == nil && settings.Product == "" {
		err = errors.New("product: is missing")
	}
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		os.Exit(1)
	}
}

// adoption runs the script adopt in test folders.
type adoption struct{ etc, script string }

func adopting(t *testing.T, was, before string) adoption {
	t.Helper()
	dir := t.TempDir()
	a := adoption{filepath.Join(dir, "etc"), filepath.Join(dir, "adopt")}
	text, err := filled("adopt", unitNames)
	if err != nil {
		t.Fatal(err)
	}
	text = strings.NewReplacer("/etc/usagedata", a.etc, "/usr/lib/usagedata/products", dir+"/products", "$(id -u)", "0",
		"/usr/lib/usagedata/usable", "PRODUCTS="+dir+"/products "+os.Args[0]+" usable",
		"/usr/share/usagedata", dir+"/share", "chgrp usagedata", "chgrp "+"$(id -g)").Replace(text)
	for path, text := range map[string]string{a.script: text, dir + "/share/acme/config.yaml": fresh,
		dir + "/products/here/profile.yaml": "", dir + "/products/acme/profile.yaml": "",
		dir + "/products/left/dump": "",
		a.etc + "/config.yaml":      was, a.etc + "/config.yaml.acme": before} {
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
