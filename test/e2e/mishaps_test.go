package e2e

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/test/stage"
)

// mishap is a command that can't do its work, and the cause of that.
type mishap struct {
	args   string
	code   int
	broken func(*testing.T, *stage.Stage)
	helps  string // words of the hint
}

var mishaps = map[string]mishap{
	"near command":    {args: "sendd", code: 2, helps: "usagedata send"},
	"no command":      {args: "upload", code: 2, helps: "--help"},
	"help of none":    {args: "help upload", code: 2, helps: "--help"},
	"unknown flag":    {args: "send --fast", code: 2, helps: "--help"},
	"unknown letter":  {args: "send -f", code: 2, helps: "--help"},
	"flag's value":    {args: "consent --by", code: 2, helps: "--help"},
	"flag's nonsense": {args: "consent --json=perhaps", code: 2, helps: "--help"},
	"too much":        {args: "send now", code: 2, helps: "--help"},
	"consent":         {args: "consent maybe", code: 2, helps: "usagedata consent"},
	"consent twice":   {args: "consent allow deny", code: 2, helps: "usagedata consent"},
	"identity":        {args: "identity new", code: 2, helps: "usagedata identity"},
	"identity asks":   {args: "identity renew --json", code: 2, broken: allow, helps: "--yes"},
	"plugin":          {args: "plugin restart", code: 2, helps: "usagedata plugin"},
	"eula":            {args: "eula reject", code: 2, helps: "usagedata eula"},
	"eula's version":  {args: "eula accept", code: 2, helps: "--version"},
	"eula's choice":   {args: "eula accept --version 1 --allow --deny", code: 2, helps: "one"},
	"logs":            {args: "logs", code: 2, helps: "FILE.zip"},
	"logs to nowhere": {args: "logs nowhere/logs.zip", code: 2, helps: "folder"},
	"logs again":      {args: "logs config.yaml", code: 2, helps: "another"},
	"web":             {args: "web --listen 0.0.0.0:80", code: 2, helps: "127.0.0.1"},
	"web's port":      {args: "web --listen door", code: 2, helps: "127.0.0.1"},
	"web's taken":     {args: "web --listen 127.0.0.1:TAKEN", code: 4, helps: "--listen"},
	"dictionary":      {args: "dictionary --profile nowhere", code: 2, helps: "--profile"},
	"its profile": {args: "dictionary --profile products/dma", code: 2,
		broken: puts("products/dma/profile.yaml", "\tx"), helps: "correct profile.yaml"},
	"schema":        {args: "schema --profile nowhere", code: 2, helps: "--profile"},
	"configuration": {args: "--config nowhere.yaml status", code: 2, helps: "--config"},
	"its folder":    {args: "--config products status", code: 2, helps: "--config"},
	"its mistakes": {args: "status", code: 2, broken: puts("config.yaml", "produkt: dma\nslott: x\n"),
		helps: "man usagedata"},
	"its nonsense": {args: "status", code: 2, broken: puts("config.yaml", "{{{"), helps: "man usagedata"},
	"no products":  {args: "products", code: 2, broken: gone("products"), helps: "products"},
	"no product":   {args: "status", code: 2, broken: gone("products/dma"), helps: "usagedata products"},
	"no profile":   {args: "check", code: 2, broken: gone("products/dma/profile.yaml"), helps: "package"},
	"no plugin":    {args: "preview", code: 2, broken: gone("products/dma/plugin"), helps: "package"},
	"no checksum":  {args: "send", code: 2, broken: gone("products/dma/plugin.sha256"), helps: "package"},
	"other plugin": {args: "preview", code: 4, broken: puts("products/dma/plugin", "other"), helps: "package"},
	"no authority": {args: "status", code: 2, broken: gone("point-ca.pem"), helps: "PEM"},
	"no state":     {args: "status", code: 2, broken: instead("state"), helps: "folder"},
	"no journal":   {args: "consent deny", code: 4, broken: crowded("journal.jsonl"), helps: "disk"},
	"several": {args: "status", code: 2, broken: puts("config.yaml", "product: dma\nanalytics: x\nroot: y\n"),
		helps: "man usagedata"},
	"decision":        {args: "consent", code: 6, broken: puts("state/decision.json", "{"), helps: "usagedata consent"},
	"decision's send": {args: "send", code: 6, broken: puts("state/decision.json", "{"), helps: "usagedata consent"},
	"not asked":       {args: "send", code: 6, helps: "usagedata consent allow"},
	"not allowed":     {args: "identity renew --yes", code: 6, helps: "consent"},
	"canceled":        {args: "consent allow", code: 6, helps: "Update"},
	"canceled too":    {args: "identity renew", code: 6, broken: allow, helps: "Renew"},
	"no key":          {args: "send", code: 4, broken: both(allow, gone("state/key")), helps: "identity renew"},
	"key":             {args: "identity", code: 4, broken: puts("state/key", "x"), helps: "identity renew"},
	"check":           {args: "check", code: 4, broken: puts("products/dma/plugin", "other"), helps: "package"},
	"nobody there":    {args: "send", code: 4, broken: both(allow, closed), helps: "firewall"},
}

func allow(t *testing.T, s *stage.Stage) { ask(t, s, 0, "consent", "allow", "--yes") }

func closed(_ *testing.T, s *stage.Stage) { s.Point.Close() }

func both(first, second func(*testing.T, *stage.Stage)) func(*testing.T, *stage.Stage) {
	return func(t *testing.T, s *stage.Stage) {
		first(t, s)
		second(t, s)
	}
}

func gone(name string) func(*testing.T, *stage.Stage) {
	return func(t *testing.T, s *stage.Stage) {
		if err := os.RemoveAll(filepath.Join(s.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// puts replaces a file with a text, with the mode of our files.
func puts(name, text string) func(*testing.T, *stage.Stage) {
	return func(t *testing.T, s *stage.Stage) {
		path := filepath.Join(s.Dir, name)
		mode := os.FileMode(0o640)
		if info, err := os.Stat(path); err == nil {
			mode = info.Mode()
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
}

// instead puts a file where a folder must be.
func instead(name string) func(*testing.T, *stage.Stage) { return both(gone(name), puts(name, "")) }

// crowded puts folders where a file must be, and everywhere it could be moved to.
func crowded(name string) func(*testing.T, *stage.Stage) {
	return func(t *testing.T, s *stage.Stage) {
		for _, ending := range []string{"", ".damaged", ".damaged2", ".damaged3", ".damaged4", ".damaged5", ".damaged6",
			".damaged7", ".damaged8", ".damaged9"} {
			if err := os.MkdirAll(filepath.Join(s.Dir, name+ending, "inside"), 0o750); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// taken returns a port on which another process listens.
func taken(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
