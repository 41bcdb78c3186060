package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"aead.dev/minisign"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/result"
)

// conformant returns the result of a run in which the product in the folder conforms.
func conformant(t *testing.T, folder string) result.Result {
	t.Helper()
	files, err := product.Checksums(folder)
	if err != nil {
		t.Fatal(err)
	}
	return result.Result{Format: result.Format, Suite: result.Major + ".0.0", Arch: "amd64", Seed: 7,
		Started: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Verdict: result.Conformant,
		Product: result.Product{ID: "acme", Profile: 1, Sum: files["plugin"], Files: files},
		Checks: []result.Done{{ID: "handshake.first", Level: result.Required, Outcome: result.Pass},
			{ID: "logs.calm", Level: result.Required, Outcome: result.Pass}}}
}

// signing returns a function that signs a file, and the file with the public key.
func signing(t *testing.T) (sign func(path string) error, public string) {
	t.Helper()
	pub, secret, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	public = filepath.Join(t.TempDir(), "suite.pub")
	text := "untrusted comment: minisign public key\n" + pub.String() + "\n"
	if err := os.WriteFile(public, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path+result.SignatureSuffix, minisign.Sign(secret, text), 0o644)
	}, public
}

// PLUG-2: if the packager requires a result, a product is packaged only if a whole run of the suite
// found exactly these bytes conformant. Each refusal is before or after the build one error with a
// hint.
func TestRequiredResult(t *testing.T) {
	whole := acme(t)
	sign, public := signing(t)
	_, other := signing(t)
	waived := func(r *result.Result) {
		r.Checks[1].Outcome = result.Fail
		r.Checks[1].Waiver = &result.Waiver{Check: "logs.calm", Reason: "known", Expires: "2026-03-01"}
	}
	differ := func(name string) string { return `these files differ: ["` + name + `"]` }
	for name, tt := range map[string]struct {
		is     func(*result.Result)
		file   func(path string) error // changes the signed file
		folder func(dir string) error  // changes the tested product
		key    string
		date   string // of the package
		want   string // the error; empty if the product is accepted
		late   bool   // only the build shows it
	}{
		"conformant":               {},
		"signed":                   {key: public},
		"other files of packaging": {folder: holding("dictionary.md", "newer")},
		"waived and signed":        {is: waived, key: public},
		"waived":                   {is: waived, want: "logs.calm fails, and only a waiver accepts that"},
		"waived until yesterday": {is: waived, key: public, date: "2026-03-02T00:00:00Z",
			want: "the waiver of logs.calm is not valid at the package's date", late: true},
		"missing": {file: os.Remove, want: "no such file"},
		"a pipe": {file: func(path string) error {
			return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600))
		}, want: "not a plain file"},
		"huge": {file: func(path string) error { return os.Truncate(path, result.MaxFile+1) },
			want: "larger than 8 MiB"},
		"truncated":     {file: func(path string) error { return os.Truncate(path, 99) }, want: "it is truncated"},
		"another suite": {is: func(r *result.Result) { r.Suite = "2.0.0" }, want: `version "2.0.0" of the suite`},
		"partial": {is: func(r *result.Result) {
			r.Reduced, r.Partial, r.Verdict = []string{"-skip logs"}, true, result.Partial
		},
			want: `less was tested: ["-skip logs"]`},
		"fewer collects": {is: func(r *result.Result) { r.Reduced = []string{"-collects 20"} },
			want: `less was tested: ["-collects 20"]`},
		"interrupted": {is: func(r *result.Result) { r.Interrupted, r.Verdict = "stopped", result.Unknown },
			want: `its verdict is "unknown"`},
		"a lie": {is: func(r *result.Result) { r.Checks[1].Outcome = result.Fail }, want: "say: not conformant"},
		"failed": {is: func(r *result.Result) { r.Checks[1].Outcome, r.Verdict = result.Fail, result.NotConformant },
			want: `its verdict is "not conformant": logs.calm`},
		"unknown": {is: func(r *result.Result) { r.Checks[1].Outcome, r.Verdict = result.Error, result.Unknown },
			want: `its verdict is "unknown": logs.calm`},
		"untested": {is: func(r *result.Result) { r.Checks, r.Verdict = nil, result.Untested },
			want: `its verdict is "untested"`},
		"another plugin": {is: func(r *result.Result) { r.Product.Files["plugin"] = "0" }, want: differ("plugin"),
			late: true},
		"another profile": {folder: func(dir string) error {
			text, err := os.ReadFile(filepath.Join(dir, "profile.yaml"))
			if err != nil {
				return err
			}
			return holding("profile.yaml", string(text)+"# newer\n")(dir)
		}, want: differ("profile.yaml")},
		"one more file": {folder: holding("usage_data.sql", "-- views\n"), want: differ("usage_data.sql"), late: true},
		"one file less": {is: func(r *result.Result) { r.Product.Files["ca.pem"] = "0" }, want: differ("ca.pem"),
			late: true},
		"another architecture": {is: func(r *result.Result) { r.Arch = "arm64" },
			want: "no result is about the plugin for amd64"},
		"not signed": {key: public, file: func(path string) error { return os.Remove(path + result.SignatureSuffix) },
			want: "it is not signed: result.json.minisig: no such file"},
		"changed after signing": {key: public, file: func(path string) error {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, bytes.Replace(text, []byte(`"seed": 7`), []byte(`"seed": 8`), 1), 0o644)
		}, want: "not valid for this key"},
		"another key": {key: other, want: "not valid for this key"},
		"no key":      {key: filepath.Join(whole, "profile.yaml"), want: "is not a minisign public key"},
	} {
		dir, path := another(t, whole), filepath.Join(t.TempDir(), result.FileName)
		r := conformant(t, dir)
		if tt.is != nil {
			tt.is(&r)
		}
		text, err := result.Encode(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := sign(path); err != nil {
			t.Fatal(err)
		}
		if tt.file != nil {
			err = tt.file(path)
		}
		if tt.folder != nil {
			err = errors.Join(err, tt.folder(dir))
		}
		if err != nil {
			t.Fatal(err)
		}
		o := ordered(t)
		if tt.date != "" {
			o.Date = tt.date
		}
		f := productParts{Folder: dir, Results: []string{path}, ResultKey: tt.key}
		_, err = f.contents(o, &workDir{dir: t.TempDir()})
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) ||
			usage.HintOf(err) == "") {
			t.Errorf("%s: got %v, hint %q, want %q", name, err, usage.HintOf(err), tt.want)
		}
		if early := f.checkInputs(o.Arch); (early != nil) != (tt.want != "" && !tt.late) {
			t.Errorf("%s: before the build: got %v", name, early)
		}
	}
}
