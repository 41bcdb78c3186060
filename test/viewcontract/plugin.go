package viewcontract

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// Plugin is a plugin with a contract, and what its test data has to come to.
type Plugin struct {
	Profile      []byte
	Open         sdk.Open
	Root         string                           // one that tells nothing is quickest: only the views matter here
	Known        func() map[string]map[string]any // values of the categories that are read from views, made anew
	Inapplicable []string                         // category.field, of what the product does not have
}

// Expected is what should come of the views.
type Expected struct {
	Without []string              // paths of values that are missing
	Omitted map[string]sdk.Reason // beside what is inapplicable
}

// Collect runs the plugin with sources.
func (p Plugin) Collect(t *testing.T, sources map[string]any) sdktest.Result {
	t.Helper()
	return sdktest.Collect(t, p.Profile, p.Open, sdktest.On{Root: p.Root, Sources: sources})
}

// Check collects and compares: all known values but those that are expected to be missing, nothing else omitted, and no
// word of the customer's in values or log. It returns the log.
func (p Plugin) Check(t *testing.T, d *Database, want Expected) string {
	t.Helper()
	got := p.Collect(t, d.Sources(t))
	p.Compare(t, got, want)
	unnamed(t, got, d.secrets())
	return got.Log
}

// Compare is Check of what was collected already.
func (p Plugin) Compare(t *testing.T, got sdktest.Result, want Expected) {
	t.Helper()
	values := p.Known()
	for _, path := range slices.AppendSeq(want.Without, maps.Keys(want.Omitted)) {
		without(values, path)
	}
	omitted := map[string]sdk.Reason{}
	maps.Copy(omitted, want.Omitted)
	for _, name := range p.Inapplicable {
		if values[category(name)] != nil {
			omitted[name] = sdk.Explain(sdk.NotApplicable())
		}
	}
	if diff := cmp.Diff(values, viewed(got.Values)); diff != "" {
		t.Errorf("values (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(omitted, viewed(got.Omitted)); diff != "" {
		t.Errorf("omitted (-want +got)\n%s\n%s", diff, got.Log)
	}
}

// viewed is what was read from views, or should have been.
func viewed[V any](all map[string]V) map[string]V {
	left := maps.Clone(all)
	maps.DeleteFunc(left, func(name string, _ V) bool { return slices.Contains(FromMachine, category(name)) })
	return left
}

// category is that of a path.
func category(path string) string {
	name, _, _ := strings.Cut(path, ".")
	return name
}
