package sdk_test

import (
	"context"
	"encoding/json"
	"fmt"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
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
confinement: {reads: [/opt/acme]}
categories:
- name: counts
  doc: How many of each there are.
  fields:
  - {name: users, kind: count, doc: Users that may log in., why: To size the next release.}
  - {name: sites, kind: count, doc: Sites that are set up., why: To size the next release.}
`

// The tags are the names in the profile.
type counts struct {
	Users *uint32 `json:"users" usage:"users"`
	Sites *uint32 `json:"sites" usage:"sites"`
}

func open(env sdk.Env) ([]sdk.Category, error) {
	return []sdk.Category{
		sdk.Collect("counts", func(ctx context.Context, _ sdk.Period) (counts, error) { return readCounts(ctx, env) }),
	}, nil
}

func readCounts(ctx context.Context, env sdk.Env) (counts, error) {
	var c counts
	text, err := env.ReadFile(ctx, "opt/acme/counts.json", 64<<10)
	if err != nil {
		return c, fmt.Errorf("read the counts: %w", err)
	}
	if json.Unmarshal(text, &c) != nil {
		return counts{}, sdk.NotAvailable(sdk.Malformed)
	}
	return c, nil
}

// A complete plugin with one category. Its main is one line, sdk.Main([]byte(profileYAML), open).
// Here package sdktest plays the host, once on a machine that has the product and once on one that
// does not.
func Example() {
	there := sdktest.Collect(t, []byte(profileYAML), open, sdktest.On{Root: "testdata/example"})
	fmt.Println("users", there.Values["counts"]["users"], "sites", there.Values["counts"]["sites"])

	gone := sdktest.Collect(t, []byte(profileYAML), open, sdktest.On{Root: "testdata"})
	fmt.Println("counts", gone.Omitted["counts"].Sentence())
	// Output:
	// users 12 sites 3
	// counts not available: the source does not exist
}

// This is the complete main of a plugin. The host starts it; if a person does, it prints an
// explanation and exits.
func ExampleMain() {
	sdk.Main([]byte(profileYAML), open)
}
