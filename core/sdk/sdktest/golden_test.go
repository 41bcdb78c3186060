package sdktest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/core/sdk"
)

const kindsYAML = `
format: usagedata-profile/1
id: example
name: Example
version: 1
collection_point: {host: collection.example, port: 8443}
blackout: {before: 5m, after: 5m}
limits: {document: 100000, hour: 100000, spool: 1000000, collect: 60s, collector: 20s}
setting: {page: Admin, label: Send}
first_asked: page
analytics: /var/log/example/analytics.json
categories:
  - {name: counts, doc: Counts., fields: [
      {name: users, kind: count, doc: Users., why: Size.},
      {name: mode, kind: enum, values: [open, closed], doc: Mode., why: Test.},
      {name: servers, list: 4, doc: Servers., why: Test., fields: [
        {name: address, kind: address, doc: Address.},
        {name: load, kind: measure, unit: percent, measured: now, doc: Load.}]},
      {name: spare, kind: count, doc: Spare., why: Test.}]}
`

type everything struct {
	Users   int64      `usage:"users"`
	Mode    string     `usage:"mode"`
	Servers []servedBy `usage:"servers"`
	Spare   *int64     `usage:"spare"`
}

type servedBy struct {
	Address string  `usage:"address"`
	Load    float64 `usage:"load"`
}

// openKinds returns a plugin that reports this number of users, and a load that depends on it.
func openKinds(users int64) sdk.Open {
	return func(sdk.Env) ([]sdk.Category, error) {
		return []sdk.Category{sdk.Collect("counts", func(context.Context, sdk.Period) (everything, error) {
			var missing sdk.Missing
			missing.Add(sdk.NotAvailable(sdk.NotOnRelease), "spare")
			servers := []servedBy{{"192.0.2.1", float64(users)}, {"2001:db8::1", 50}}
			return everything{Users: users, Mode: "half open", Servers: servers}, missing.Err()
		})}, nil
	}
}

// ANON-1: an author sees each value as it is sent next to the value as it was read: kept, replaced
// by a word of the closed list, or replaced by a pseudonym.
func TestGolden(t *testing.T) {
	Golden(t, Collect(t, []byte(kindsYAML), openKinds(3), On{}), "testdata/kinds.golden.json")
}

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	failed string
}

func (r *recorder) Errorf(format string, args ...any) { r.failed += fmt.Sprintf(format, args...) }

// If a golden document differs or is missing, the test fails and says how to write it. A value of
// the moment never differs.
func TestGoldenFails(t *testing.T) {
	was := *update
	t.Cleanup(func() { *update = was })
	*update = false
	path := filepath.Join(t.TempDir(), "folder", "a.golden.json")
	compare := func(users int64) string {
		r := &recorder{TB: t}
		Golden(r, Collect(t, []byte(kindsYAML), openKinds(users), On{}), path)
		return r.failed
	}
	if got := compare(3); !strings.Contains(got, "no such file") || !strings.Contains(got, "-update") {
		t.Errorf("without a file: got %q, want a failure with a hint", got)
	}
	*update = true
	compare(3)
	*update = false
	if got := compare(3); got != "" {
		t.Errorf("the same again: got %s, want no failure", got)
	}
	if got := compare(4); !strings.Contains(got, `"raw":4`) || strings.Contains(got, `"load"`) {
		t.Errorf("other users and another load: got %s, want a failure about the users only", got)
	}
	if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), `"now"`) {
		t.Errorf("got %s, %v, want the word now for what is measured now", text, err)
	}
}
