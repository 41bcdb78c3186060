// Package foreign tests the plugins that are not written in Go. Both read the same invented product,
// and each has a build.sh that creates its product's folder. They show authors and the conformance
// suite that core/wire/README.md is enough.
package foreign

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/privateca"
)

// built is the product's folder, which is created once for all tests of a package.
var built string

// Main builds the product in the working folder and runs the package's tests.
func Main(m *testing.M, id string) {
	observe.Launch()
	dir, err := os.MkdirTemp("", id)
	if err != nil {
		panic(err)
	}
	built = filepath.Join(dir, id)
	if said, err := exec.Command("./build.sh", dir).CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build the plugin: %v\n%s", err, said))
	}
	code := conformance.Main(m)
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// products has the folders of the product in all states.
const products = "../foreign/testdata/"

// Conforms tests PLUG-1: a plugin in another language keeps every rule, and every recommended one that does not
// depend on the speed of this machine.
func Conforms(t *testing.T) {
	t.Helper()
	r := conformance.Run(t, conformance.Config{Product: built, Root: products + "good", Seed: 1, Collects: 20})
	for _, check := range r.Checks {
		if check.Outcome == result.Fail && check.ID != "handshake.soon" && check.ID != "describe.soon" {
			t.Errorf("%s: %s", check.ID, check.Says)
		}
	}
}

// SIGTERM tests core/wire/README.md: the signal ends the plugin as Shutdown does.
func SIGTERM(t *testing.T) {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "ud") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	p := exec.CommandContext(t.Context(), filepath.Join(built, product.PluginName))
	p.Env = []string{wire.Handshake.MagicCookieKey + "=" + wire.Handshake.MagicCookieValue,
		"PLUGIN_UNIX_SOCKET_DIR=" + folder, "PLUGIN_CLIENT_CERT=" + string(ca.PEM())}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(time.Minute, func() { _ = p.Process.Kill() }).Stop()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Error(err)
	}
	signaled, ended := p.Process.Signal(syscall.SIGTERM), p.Wait()
	if left, err := os.ReadDir(folder); len(left) > 0 || errors.Join(signaled, ended, err) != nil {
		t.Errorf("got %v left, %v, %v, want exit status 0 and no socket", left, errors.Join(signaled, err), ended)
	}
}

// Collect tests CAT-*: existing values are read, and missing ones have a reason; no zero is invented,
// and garbage is not repeated.
func Collect(t *testing.T) {
	t.Helper()
	unnamed := t.TempDir()
	if err := os.CopyFS(unnamed, os.DirFS(products+"good")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(unnamed, "etc/hostname")); err != nil {
		t.Fatal(err)
	}
	const (
		license = `{"name":"license_information","record":{"fields":{` +
			`"seats":{"number":"250"},"serial_number":{"text":"EX-4711-0815"}}}}`
		counts = `{"name":"counts","record":{"fields":{"rooms":{"list":{"values":[` +
			`{"record":{"fields":{"enabled":{"flag":true},"name":{"text":"Boardroom North"}}}},` +
			`{"record":{"fields":{"enabled":{"flag":false},"name":{"text":"Huddle 2"}}}}]}},"users":{"record":{"fields":{` +
			`"enterprise":{"number":"0"},"local":{"number":"12"}}}}}}}`
	)
	for root, want := range map[string][]string{
		products + "good": {license, `{"name":"system","record":{"fields":{` +
			`"host":{"text":"core-01.corp.example"},"version":{"text":"12"}}}}`, counts},
		unnamed: {license, `{"missing":[{"field":"host","reason":"source_not_found"}],` +
			`"name":"system","record":{"fields":{"version":{"text":"12"}}}}`, counts},
		products + "missing": unavailable("source_not_found"),
		products + "empty":   unavailable("malformed_answer"),
		products + "garbage": unavailable("malformed_answer"),
	} {
		if diff := cmp.Diff(want, collected(t, root)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", root, diff)
		}
	}
}

func unavailable(reason string) (categories []string) {
	for _, name := range []string{"license_information", "system", "counts"} {
		categories = append(categories, fmt.Sprintf(`{"name":%q,"notAvailable":{"reason":%q}}`, name, reason))
	}
	return categories
}

// collected returns the categories of one collect below the root, as JSON. The lifeline is not
// announced, so the end of standard input means nothing.
func collected(t *testing.T, root string) (categories []string) {
	t.Helper()
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	p, err := frontdoor.Open(frontdoor.Start{Binary: filepath.Join(built, product.PluginName),
		Dir: t.TempDir(), Without: []string{wire.Lifeline}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.CloseLifeline()
	line, err := p.Line(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Dial(frontdoor.ReadLine(line)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Describe(t.Context(), &pluginpb.DescribeRequest{Root: root}); err != nil {
		t.Fatal(err)
	}
	got := p.Collect(t.Context(), &pluginpb.CollectRequest{Start: timestamppb.Now(), End: timestamppb.Now()})
	if got.Err != nil {
		t.Fatal(got.Err)
	}
	for _, step := range got.Steps {
		if c := step.GetCategory(); c != nil {
			categories = append(categories, steady(t, c))
		}
	}
	return categories
}

// steady returns the category as JSON with sorted names: the spaces and the order of protojson vary.
func steady(t *testing.T, c *pluginpb.Category) string {
	t.Helper()
	text, err := protojson.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(value); err != nil {
		t.Fatal(err)
	}
	return string(text)
}
