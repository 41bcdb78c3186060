package sdktest_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/core/sdk/source/httpapi"
)

// In a plugin this is a file: //go:embed profile.yaml
const profileYAML = `
format: usagedata-profile/1
id: acme
name: Acme Conference Server
version: 1
collection_point: {host: customerusagedatacollection.polycom.com, port: 8443}
blackout: {before: 5m, after: 5m}
limits: {document: 100000, hour: 100000, spool: 1000000, collect: 60s, collector: 20s}
setting: {page: Admin > Usage data, label: Automatically send usage data}
first_asked: eula
analytics: /var/log/usagedata/analytics.json
categories:
- name: system_configuration
  doc: How the system is set up.
  fields:
  - {name: servers, kind: count, doc: Servers., why: To size the next release.}
  - {name: directory, kind: hostname, doc: Server that users are looked up on., why: Tells whether systems share one.}
  - {name: mode, kind: enum, values: [single, cluster], doc: How servers work together., why: Shows which modes are in use.}
`

type system struct {
	Servers   int64  `usage:"servers"`
	Directory string `usage:"directory"`
	Mode      string `usage:"mode"`
}

func open(sdk.Env) ([]sdk.Category, error) {
	return []sdk.Category{
		sdk.Collect("system_configuration", func(context.Context, sdk.Period) (system, error) {
			return system{Servers: 2, Directory: "ldap1.example.com", Mode: "twins"}, nil
		}),
	}, nil
}

// t is the test in which the plugin runs. In your tests it is the test's own t.
var t = example{}

type example struct{ testing.TB }

func (example) Helper()                           {}
func (example) Context() context.Context          { return context.Background() }
func (example) Errorf(format string, args ...any) { fmt.Println(fmt.Sprintf(format, args...)) }
func (example) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (example) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (example) Logf(format string, args ...any)   { fmt.Println(fmt.Sprintf(format, args...)) }

var ends []func()

func (example) Cleanup(end func()) { ends = append(ends, end) }

func (e example) TempDir() string {
	dir, err := os.MkdirTemp("", "ud-example")
	if err != nil {
		panic(err)
	}
	e.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// end ends the example's test.
func end() {
	for ; len(ends) > 0; ends = ends[1:] {
		ends[0]()
	}
}

// The product's API is part of the test.
func ExampleServe() {
	defer end()
	settings := sdktest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _, _ := r.BasicAuth()
		fmt.Fprintf(w, `{"user": %q}`, user)
	}))
	settings["credentials"] = sdktest.Secret(t, "usagedata:a password")
	env := sdktest.Env(t, sdktest.On{Sources: map[string]any{"recorder": settings}})
	fmt.Println(httpapi.JSON[map[string]string](context.Background(), httpapi.Open(env, "recorder"), "/status"))
	// Output: map[user:usagedata] <nil>
}

// The recording is of a real product. `newplugin record` replaced the names in it.
func ExampleRecorded() {
	defer end()
	type status struct {
		Active *uint32 `json:"active"`
	}
	recorder := sdktest.Recorded(t, "testdata/recorder.json")
	env := sdktest.Env(t, sdktest.On{Sources: map[string]any{"recorder": recorder}})
	read, err := httpapi.JSON[status](context.Background(), httpapi.Open(env, "recorder"), "/v1/status")
	fmt.Println(*read.Active, err)
	// Output: 2 <nil>
}

// An administrator gives such a file for a setting of the kind secret.
func ExampleSecret() {
	defer end()
	fmt.Println(sdk.Secret(sdktest.Secret(t, "4711")))
	// Output: 4711 <nil>
}

// The values are as the plugin sent them.
func ExampleCollect() {
	got := sdktest.Collect(t, []byte(profileYAML), open, sdktest.On{Root: "testdata/good"})
	fmt.Println(got.Values["system_configuration"], got.Omitted)
	// Output: map[directory:ldap1.example.com mode:twins servers:2] map[]
}

// Each value is shown with the value that the host would send: kept, made a pseudonym, or replaced
// because it is not in the closed list.
func ExampleShow() {
	sdktest.Show(t, sdktest.Collect(t, []byte(profileYAML), open, sdktest.On{Root: "testdata/good"}))
	// Output:
	// {
	//   "fields": {
	//     "system_configuration.servers": {"kind":"count","raw":2,"leaves":2},
	//     "system_configuration.directory": {"kind":"hostname","raw":"ldap1.example.com","leaves":"hostname-gvb9q8980wddadb50zg6qbfm5w"},
	//     "system_configuration.mode": {"kind":"enum","raw":"twins","leaves":"other"}
	//   },
	//   "omitted": {}
	// }
}

// The file holds the output of [sdktest.Show]. go test -update writes it.
func ExampleGolden() {
	got := sdktest.Collect(t, []byte(profileYAML), open, sdktest.On{Root: "testdata/good"})
	sdktest.Golden(t, got, "testdata/example.golden.json")
	// Output:
}

// In the second of two cycles the plugin gets the carryover of the first.
func ExampleCarried() {
	env := sdktest.Env(t, sdktest.On{})
	env.Carryover.Keep("tag", []byte("4711"))
	next := sdktest.Env(t, sdktest.On{Carryover: sdktest.Carried(env.Carryover)})
	value, ok := next.Carryover.Recall("tag")
	fmt.Println(string(value), ok)
	// Output: 4711 true
}

// In the second of two cycles the plugin gets the counters of the first.
func ExampleCounted() {
	env := sdktest.Env(t, sdktest.On{})
	env.Counters.Keep("calls", 4711)
	next := sdktest.Env(t, sdktest.On{Counters: sdktest.Counted(env.Counters)})
	fmt.Println(next.Counters.Recall("calls"))
	// Output: 4711 true
}

// A test can read everything that a collector keeps.
func ExampleRemembered() {
	env := sdktest.Env(t, sdktest.On{})
	env.Carryover.Keep("tag", []byte("4711"))
	for key, value := range sdktest.Remembered(sdktest.Carried(env.Carryover)) {
		fmt.Println(key, string(value))
	}
	// Output: tag 4711
}

// A part of a plugin is tested with the same [sdk.Env] as the whole plugin.
func ExampleEnv() {
	env := sdktest.Env(t, sdktest.On{Sources: map[string]any{"recorder": map[string]any{"url": "https://localhost"}}})
	var recorder struct{ URL string }
	fmt.Println(env.Source("recorder", &recorder), recorder.URL)
	// Output: <nil> https://localhost
}

func ExampleResult_Treated() {
	got := sdktest.Collect(t, []byte(profileYAML), open, sdktest.On{Root: "testdata/good"})
	for _, field := range got.Treated(t) {
		fmt.Println(field.Field, field.Kind, field.Raw, field.Leaves)
	}
	// Output:
	// system_configuration.servers count 2 2
	// system_configuration.directory hostname ldap1.example.com hostname-gvb9q8980wddadb50zg6qbfm5w
	// system_configuration.mode enum twins other
}

// If the profile lacks a word, it would be reported as other for ever.
func ExampleClosedLists() {
	sdktest.ClosedLists(t, []byte(profileYAML), map[string][]string{
		"system_configuration.mode": {"single", "cluster", "twins"},
	})
	// Output: system_configuration.mode: got ["single" "cluster"] in the profile, want ["single" "cluster" "twins"]
}
