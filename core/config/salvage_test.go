package config

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"polycom.com/usagedata/core/yamlfile"
)

// T7: however broken a configuration is, [Salvage] finds the folder of the decision, for a denial,
// and the product if the text names it.
func TestSalvage(t *testing.T) {
	for name, text := range map[string]string{
		"unknown key":      "product: acme\nprodcts: /x\nfolders: {state: DIR/state, log: DIR/log}\n",
		"not YAML":         "product: acme\nsources: [\nfolders:\n  state: DIR/state\n  log: DIR/log\n",
		"tab":              "product: acme\nfolders:\n\tstate: \"DIR/state\"\n\tlog: 'DIR/log'\n",
		"key misspelled":   "product: acme\nfolder:\n  state: DIR/state\n  log: DIR/log\n",
		"state misspelled": "product: acme\nfolders:\n  sate: DIR/state\n  log: DIR/log\n",
		"given twice":      "product: acme\nfolders: {state: DIR/other}\nfolders: {state: DIR/state, log: DIR/log}\n",
		"byte order mark":  "\ufeffproduct: acme\nx: 1\nfolders: {state: DIR/state, log: DIR/log}\n",
		"an old one behind": "product: acme\nx: 1\n# folders: {state: DIR/old}\n" +
			"folders: {state: DIR/state, log: DIR/log} # was DIR/old\n",
		"another log": "product: acme\nx: 1\nfolders: {state: DIR/state, log: DIR/log}\nsources: {a: {log: " +
			"/a.log}}\n",
		"no absolute path": "product: acme\nfolders: {state: state, log: DIR/log}\nx: DIR/state\n",
		"wrong kind":       "product: acme\nfolders:\n- state: DIR/state\n- log: DIR/log\n",
		"no colon":         "product: acme\nfolders:\n  state DIR/state\n  log: DIR/log\n",
		"two documents":    "product: acme\nfolders: {state: DIR/state}\n---\nfolders: {log: DIR/log}\n",
		"behind the end":   "product: acme\n...\nfolders: {state: DIR/state, log: DIR/log}\n",
		"old line ends":    "product: acme\rx: 1\rfolders: {state: DIR/state, log: DIR/log}\r",
		"Latin-1":          "product: acme\nslot: K\xf6ln\nfolders: {state: DIR/state, log: DIR/log}\n",
		"UTF-16":           utf16Mark + "product: acme\nx: 1\nfolders: {state: DIR/state, log: DIR/log}\n",
		"a NUL":            "product: acme\nslot: \x00\nfolders: {state: DIR/state, log: DIR/log}\n",
		"endless": "product: acme\nfolders: {state: DIR/state, log: DIR/log}\n" +
			strings.Repeat("# more and more\n", yamlfile.MaxSize/10),
	} {
		c, err := salvage(t, text)
		if err == nil {
			t.Errorf("%s: got no error", name)
		}
		if filepath.Base(c.Folders.State) != "state" || filepath.Base(c.Folders.Log) != "log" || c.Product != "acme" {
			t.Errorf("%s: got %+v, product %q", name, c.Folders, c.Product)
		}
	}
	c, err := salvage(t, "product: acme\nfolders: {state: DIR/state}\n")
	if err != nil || filepath.Base(c.Folders.State) != "state" || c.Folders.Log != defaults.Folders.Log {
		t.Errorf("right: got %+v, %v", c.Folders, err)
	}
	for name, text := range map[string]string{
		"empty": "", "no folders": "product: a: b\n", "zeros": strings.Repeat("\x00", 100),
	} {
		if c, err := salvage(t, text); err == nil || c.Folders != defaults.Folders || c.Product != "" {
			t.Errorf("%s: got %+v, product %q, %v want the defaults", name, c.Folders, c.Product, err)
		}
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir(), pipe} {
		if c, err := Salvage(path); err == nil || c.Folders != defaults.Folders {
			t.Errorf("no file: got %+v, %v want the defaults", c.Folders, err)
		}
	}
}

// utf16Mark begins a text that [salvage] writes as UTF-16.
const utf16Mark = "\xff\xfe"

// salvage writes a configuration, replacing DIR with a new folder, and salvages it.
func salvage(t *testing.T, text string) (Config, error) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"state/decision.json", "log/x", "old/decision.json"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "config.yaml")
	text = strings.ReplaceAll(text, "DIR", dir)
	if plain, wide := strings.CutPrefix(text, utf16Mark); wide {
		text = utf16Mark + strings.Join(strings.Split(plain, ""), "\x00") + "\x00"
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return Salvage(path)
}
