package product

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/usage"
)

const (
	svg   = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">`
	plain = `<?xml version="1.0"?>` + "\n" + svg + `<path d="M0 0h1"/></svg>` + "\n"
)

func pngOf(t testing.TB, width, height int) string {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A logo is a PNG or SVG by its content, whatever its name says, and a bad one costs only itself.
func TestLogo(t *testing.T) {
	for name, tt := range map[string]struct{ content, want, wrong string }{
		"svg":            {plain, SVG, ""},
		"with script":    {svg + `<script>alert(1)</script></svg>`, SVG, ""}, // which never runs
		"png":            {pngOf(t, 64, 32), PNG, ""},
		"huge png":       {pngOf(t, 1, 2049), "", "more than 2048 pixels"},
		"cut off png":    {pngOf(t, 64, 32)[:20], "", "not complete"},
		"html":           {"<!DOCTYPE html><html></html>", "", "document type"},
		"html in svg":    {`<html xmlns="http://www.w3.org/1999/xhtml"></html>`, "", "neither a PNG nor an SVG"},
		"another svg":    {`<svg></svg>`, "", "neither a PNG nor an SVG"},
		"two elements":   {plain + svg + "</svg>", "", "neither a PNG nor an SVG"},
		"text after":     {plain + "<!-- -->x", "", "neither a PNG nor an SVG"},
		"entities":       {`<!DOCTYPE svg [<!ENTITY a "b">]>` + plain, "", "document type"},
		"not closed":     {svg, "", "well-formed"},
		"deep":           {svg + strings.Repeat("<g>", 100) + strings.Repeat("</g>", 100) + "</svg>", "", "neither"},
		"empty":          {"", "", "well-formed"},
		"jpeg":           {"\xff\xd8\xff\xe0", "", "well-formed"},
		"one byte more":  {svg + strings.Repeat(" ", maxLogo-len(svg)-len("</svg>")+1) + "</svg>", "", "too long"},
		"as long as may": {svg + strings.Repeat(" ", maxLogo-len(svg)-len("</svg>")) + "</svg>", SVG, ""},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "logo.png"), []byte(tt.content), 0o644); err != nil {
			t.Fatal(err)
		}
		logo, err := ReadLogo(dir, "logo.png")
		if logo.Type != tt.want || (err != nil) != (tt.wrong != "") {
			t.Errorf("%s: got %q, %v", name, logo.Type, err)
		}
		if err != nil && (!strings.Contains(err.Error(), tt.wrong) || usage.HintOf(err) == "") {
			t.Errorf("%s: got %v want %s, with a hint", name, err, tt.wrong)
		}
	}
}

// A logo that others may change, a link, or a missing file is not shown, and the product still runs.
func TestBadLogoCostsItself(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"as installed":       func(string) error { return nil },
		"writable by others": func(path string) error { return os.Chmod(path, 0o666) },
		"a link": func(path string) error {
			return errors.Join(os.Rename(path, path+"1"), os.Symlink(path+"1", path))
		},
		"missing": os.Remove,
	} {
		products := t.TempDir()
		dir := install(t, products, "acme", good+"logo: logo.svg\n")
		if err := os.WriteFile(filepath.Join(dir, "logo.svg"), []byte(plain), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := spoil(filepath.Join(dir, "logo.svg")); err != nil {
			t.Fatal(err)
		}
		p, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		logo, err := p.Logo()
		if wantOK := name == "as installed"; (err == nil) != wantOK || (logo.Type == SVG) != wantOK {
			t.Errorf("%s: got %q, %v", name, logo.Type, err)
		}
		if err := p.Verify(); err != nil {
			t.Errorf("%s: the product is refused: %v", name, err)
		}
	}
}

// No content that others wrote breaks the check.
func FuzzLogo(f *testing.F) {
	f.Add([]byte(plain))
	f.Add([]byte(pngOf(f, 1, 1)))
	f.Fuzz(func(t *testing.T, content []byte) {
		logo, err := parseLogo(content)
		if err == nil && logo.Type == SVG && !bytes.Contains(content, []byte("svg")) {
			t.Errorf("got %q accepted as an SVG", content)
		}
	})
}
