package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aead.dev/minisign"

	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/selftest"
	"polycom.com/usagedata/test/shelf"
)

// The test program is also the launcher and the plugins, as the real one is.
func TestMain(m *testing.M) {
	observe.Launch()
	if shelf.Started() {
		shelf.Main(true)
		return
	}
	os.Exit(m.Run())
}

// runProgram runs the program in this process.
func runProgram(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	code = run(t.Context(), append([]string{"conformance"}, args...), &out, &problems)
	return code, out.String(), problems.String()
}

// ground sets up the test bed for one plugin of the shelf.
func ground(t *testing.T, name string) *selftest.TestBed {
	t.Helper()
	p, ok := shelf.Find(name)
	if !ok {
		t.Fatalf("there is no plugin %s", name)
	}
	g, err := selftest.Setup(t.TempDir(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

// Wrong usage ends with exit status 2 and a hint, and never looks like a verdict.
func TestWrongUsageExitsWith2(t *testing.T) {
	g := ground(t, "sound")
	other := func(text string) string {
		path := filepath.Join(t.TempDir(), "conformance.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	renamed := filepath.Join(t.TempDir(), "released")
	if err := os.CopyFS(renamed, os.DirFS(g.Product)); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"no arguments":    {nil, "no product is given"},
		"a linked folder": {[]string{"-product", linked(t, g.Product, "")}, "folder is a symbolic link"},
		"a linked binary": {[]string{"-product", linked(t, g.Product, "plugin")}, "plugin is a symbolic link"},
		"an unknown flag": {[]string{"-produkt", "x"}, "conformance: unknown flag: -produkt\nhint: "},
		"no number":       {[]string{"-collects", "x"}, `conformance: -collects cannot have the value "x"`},
		"no collects":     {[]string{"-product", g.Product, "-collects", "0"}, "hint: give a number from 10 to 10000"},
		"-1 collects":     {[]string{"-product", g.Product, "-collects", "-1"}, "hint: give a number from 10 to 10000"},
		"too many":        {[]string{"-product", g.Product, "-collects", "1000000000"}, "hint: give a number from 10"},
		"no time":         {[]string{"-product", g.Product, "-timeout", "0"}, "hint: give a duration above zero"},
		"a negative time": {[]string{"-product", g.Product, "-timeout", "-5m"}, "hint: give a duration above zero"},
		"a time without unit": {[]string{"-product", g.Product, "-timeout", "5"},
			"-timeout cannot have the value \"5\"\nhint: a time limit is a duration such as 5m"},
		"a seed of letters":  {[]string{"-product", g.Product, "-seed", "abc"}, "-seed cannot have the value"},
		"a report in a file": {[]string{"-product", g.Product, "-out", other("a file\n")}, "hint: -out needs a folder"},
		"a report in /proc":  {[]string{"-product", g.Product, "-out", "/proc/x"}, "hint: -out needs a folder"},
		"a report in a device": {[]string{"-product", g.Product, "-out", "/dev/full"},
			"hint: -out needs a folder"},
		"an extra argument": {[]string{"-product", g.Product, "again"}, "unexpected argument"},
		"no such folder":    {[]string{"-product", filepath.Join(t.TempDir(), "none")}, "installed product"},
		"no product":        {[]string{"-product", t.TempDir()}, "installed product"},
		"no root": {[]string{"-product", g.Product, "-root", filepath.Join(t.TempDir(), "none")},
			"is not a folder"},
		"unknown check in -run": {[]string{"-product", g.Product, "-run", "handshake.frist"},
			`there is no check "handshake.frist"`},
		"unknown check in -skip": {[]string{"-product", g.Product, "-skip", "nonsense"},
			`there is no check "nonsense"`},
		"no such file":   {[]string{"-product", g.Product, "-config", "/nonexistent.yaml"}, "no such file"},
		"an unknown key": {[]string{"-product", g.Product, "-config", other("source: {}\n")}, "source"},
		"an unknown source": {[]string{"-product", g.Product, "-config", other("sources: {moon: {}}\n")},
			"product sound has no source moon"},
		"a source without a required setting": {[]string{"-product", g.Product, "-config",
			other("sources: {station: {label: x}}\n")},
			"source station needs address"},
		"a waiver without an expiry date": {[]string{"-product", g.Product, "-config",
			other("waivers: [{check: logs.calm, reason: later}]\n")}, "needs a reason and an expiry date"},
		"a waiver of an unknown check": {[]string{"-product", g.Product, "-config",
			other("waivers: [{check: x.y, reason: later, expires: 2999-01-01}]\n")}, `there is no check "x.y"`},
		"a waiver of a topic": {[]string{"-product", g.Product, "-config",
			other("waivers: [{check: logs, reason: later, expires: 2999-01-01}]\n")}, `there is no check "logs"`},
		"a folder with another name": {[]string{"-product", renamed},
			"which has the product's id as its name"},
		"variables that are not set": {[]string{"-product", g.Product, "-baseline", "", "-root", ""},
			"the value of -baseline and of -root is empty"},
		"nothing to sign": {[]string{"-product", g.Product, "-key", "x"},
			"-key has nothing to sign"},
		"a password alone": {[]string{"-product", g.Product, "-password-file", "x"},
			"without a secret key"},
		"no such key": {[]string{"-product", g.Product, "-out", t.TempDir(), "-key", "x"},
			"read the secret key"},
		"no such release": {[]string{"-product", g.Product, "-baseline", t.TempDir()},
			"open the last release"},
		"a folder of the release": {[]string{"-product", g.Product, "-baseline", filepath.Dir(g.Product)},
			"hint: give the"},
		"no such plugin": {[]string{"-self-test", "-run", "sound,missing"}, "there is no broken plugin called missing"},
	} {
		code, stdout, stderr := runProgram(t, tt.args...)
		if code != 2 || !strings.Contains(stderr, tt.want) || strings.Contains(stdout, "conformant:") {
			t.Errorf("%s: got exit %d, %q, want 2 and %q", name, code, stderr, tt.want)
		}
	}
}

// linked returns a folder of the product in which this file, or which itself, is a symbolic link.
func linked(t *testing.T, folder, file string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(folder))
	err := os.Symlink(folder, to)
	if file != "" {
		err = errors.Join(os.Remove(to), os.CopyFS(to, os.DirFS(folder)), os.Remove(filepath.Join(to, file)),
			os.Symlink(filepath.Join(folder, file), filepath.Join(to, file)))
	}
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func TestAnotherBinaryIsRefused(t *testing.T) {
	g := ground(t, "sound")
	sum := filepath.Join(g.Product, "plugin.sha256")
	if err := os.WriteFile(sum, []byte(strings.Repeat("0", 64)+"  plugin\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := runProgram(t, "-product", g.Product); code != 2 || !strings.Contains(stderr, "checksum") {
		t.Errorf("got exit %d, %q", code, stderr)
	}
}

// A run writes its reports, returns the verdict as exit status, and prints for each failure a
// command that repeats it.
func TestVerdicts(t *testing.T) {
	for _, tt := range []struct {
		plugin, run, skip string
		want              int
		verdict           result.Verdict
	}{
		{"sound", "describe", "", 4, result.Partial},
		{"otherprofile", "describe", "", 1, result.NotConformant},
		{"otherprofile", "describe", "describe.profile", 4, result.Partial},
		{"sound", "handshake.soon", "", 3, result.Untested},
		{"sound", "handshake", "handshake", 3, result.Untested},
	} {
		g, out := ground(t, tt.plugin), t.TempDir()
		args := []string{"-product", g.Product, "-root", g.Root, "-config", g.File, "-out", out, "-seed", "5", "-run",
			tt.run}
		if tt.skip != "" {
			args = append(args, "-skip", tt.skip)
		}
		code, stdout, stderr := runProgram(t, args...)
		text, err := os.ReadFile(filepath.Join(out, "result.json"))
		if err != nil {
			t.Fatalf("%v\n%s%s", err, stdout, stderr)
		}
		var r result.Result
		err = json.Unmarshal(text, &r)
		if err != nil || code != tt.want || r.Verdict != tt.verdict || r.Seed != 5 {
			t.Errorf("%+v: got exit %d, %q, seed %d, %v\n%s", tt, code, r.Verdict, r.Seed, err, stdout)
		}
		repeats := regexp.MustCompile(`-run (\S+)`).FindStringSubmatch(stdout)
		if (code == 1) != (repeats != nil) {
			t.Errorf("%+v: got %q in\n%s", tt, repeats, stdout)
		}
	}
}

// A signed result can be verified with minisign, and the packager reads it. A run without the key
// leaves no signature that would belong to another result.
func TestSignedResult(t *testing.T) {
	g, out := ground(t, "sound"), t.TempDir()
	public, secret, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := secret.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "suite.key")
	if err := os.WriteFile(path, key, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-product", g.Product, "-root", g.Root, "-config", g.File, "-out", out, "-seed", "5", "-run",
		"describe.version,describe.profile", "-collects", "20"}
	_, _, stderr := runProgram(t, append(args, "-key", path)...)
	verify := exec.Command("minisign", "-V", "-P", public.String(), "-m", filepath.Join(out, "result.json"))
	if said, err := verify.CombinedOutput(); err != nil || !strings.Contains(string(said), "sound, profile 3: ") {
		t.Errorf("got %v, %s%s want a signature with a comment about the result", err, said, stderr)
	}
	text, err := os.ReadFile(filepath.Join(out, "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := result.Decode(text)
	profile := sha256.Sum256(shelfProfile(t, g))
	if err != nil || !slices.Equal(r.Reduced, []string{"-run describe.version,describe.profile", "-collects 20"}) ||
		r.Arch != runtime.GOARCH || r.Product.Files["plugin"] != r.Product.Sum ||
		r.Product.Files["profile.yaml"] != hex.EncodeToString(profile[:]) {
		t.Errorf("got %v, reduced by %q, %s, %+v", err, r.Reduced, r.Arch, r.Product)
	}
	_, _, stderr = runProgram(t, args...)
	if _, err := os.Stat(filepath.Join(out, "result.json.minisig")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("unsigned: got %v, %s want no signature", err, stderr)
	}
}

func shelfProfile(t *testing.T, g *selftest.TestBed) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(g.Product, "profile.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A waiver accepts one failure, as long as it is valid and needed.
func TestWaivers(t *testing.T) {
	for waived, want := range map[string]struct {
		code int
		says string
	}{
		"{check: describe.profile, reason: the next build has it, expires: 2999-12-31}": {4, "waived"},
		"{check: describe.profile, reason: the next build has it, expires: 2020-12-31}": {1, "expired on 2020-12-31"},
		"{check: describe.version, reason: unknown, expires: 2999-12-31}": {1,
			"describe.version does not fail: remove its waiver"},
	} {
		g := ground(t, "otherprofile")
		file, err := os.OpenFile(g.File, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString("waivers:\n- " + waived + "\n"); err != nil {
			t.Fatal(err)
		}
		file.Close()
		code, stdout, stderr := runProgram(t, "-product", g.Product, "-root", g.Root, "-config", g.File, "-run",
			"describe")
		if code != want.code || !strings.Contains(stdout, want.says) {
			t.Errorf("%s: got exit %d, want %d and %q\n%s%s", waived, code, want.code, want.says, stdout, stderr)
		}
	}
}

// README.md lists all options of the program.
func TestReadmeListsAllOptions(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, row := range regexp.MustCompile("(?m)^\\| (`-.*?) \\|").FindAllStringSubmatch(string(text), -1) {
		got = append(got, regexp.MustCompile("-[a-z-]+").FindAllString(row[1], -1)...)
	}
	code, _, help := runProgram(t, "-help")
	for _, option := range regexp.MustCompile(`(?m)^  (-[a-z-]+)`).FindAllStringSubmatch(help, -1) {
		want = append(want, option[1])
	}
	slices.Sort(want)
	slices.Sort(got)
	if code != 0 || len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("got exit %d and the options %v, want %v", code, got, want)
	}
}

func TestList(t *testing.T) {
	code, stdout, _ := runProgram(t, "-list")
	if lines := strings.Count(stdout, "\n"); code != 0 || lines < 30 || !strings.Contains(stdout, "handshake.first") {
		t.Errorf("got exit %d and %d lines", code, lines)
	}
	want := "conformance " + conformance.Version + ", of usagedata " + service() + "\n"
	if code, stdout, _ := runProgram(t, "-version"); code != 0 || stdout != want {
		t.Errorf("got exit %d and %q, want %q", code, stdout, want)
	}
}

// The matrix reports a plugin that fails its own check and no other; `make conformance` tries all
// plugins. The program, which also acts as the plugins, is built without the race detector: with it,
// the sound plugin comes close to its limit of memory.
func TestSelfTest(t *testing.T) {
	program := filepath.Join(t.TempDir(), "conformance")
	build := exec.Command("go", "build", "-ldflags", "-w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	seed := strconv.FormatUint(rand.Uint64()>>32, 10)
	out, err := exec.Command(program, "-self-test", "-seed", seed, "-run", "sound,otherprofile,twice").CombinedOutput()
	if err != nil || strings.Count(string(out), "\nok ") != 3 {
		t.Errorf("seed %s: got %v\n%s", seed, err, out)
	}
}
