package postgres

import (
	"context"
	_ "embed"
	"testing"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

//go:embed testdata/profile.yaml
var profileYAML []byte

// CAT-system_resource_usage: the part that profiles copy has exactly the fields of the struct, and
// all of them are sent.
func TestTheProfileIsTheStructs(t *testing.T) {
	type usage struct {
		Database *Statistics `usage:"database"`
	}
	open := func(env sdk.Env) ([]sdk.Category, error) {
		s := Open(env)
		return []sdk.Category{sdk.Collect("system_resource_usage",
			func(ctx context.Context, _ sdk.Period) (usage, error) {
				got, err := s.Statistics(ctx)
				s.Close()
				return usage{&got}, err
			})}, nil
	}
	source := configured(t, shared, nil)
	got := sdktest.Collect(t, profileYAML, open, sdktest.On{Root: "/", Sources: map[string]any{Source: source}})
	database, _ := got.Values["system_resource_usage"]["database"].(map[string]any)
	approved, err := profile.Parse(profileYAML)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range approved.Categories[0].Fields[0].Fields {
		if database[field.Name] == nil {
			t.Errorf("got no %s from a server, want one; log %s", field.Name, got.Log)
		}
	}
	declared, _ := approved.Source(Source)
	settings := map[string]bool{}
	for _, s := range declared.Settings {
		settings[s.Name] = true
	}
	for name := range source {
		if !settings[name] {
			t.Errorf("the setting %s is not in the profile", name)
		}
	}
	silent(t, shared, got.Values, got.Log)
}
