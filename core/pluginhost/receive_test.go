package pluginhost

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// CAT-*: a category reports which of its fields are missing, and which of its lists lack entries. A
// field that the profile does not have, or that is present after all, is ignored, and the first
// reason for a field counts, however often it is given. A plugin's own words are not passed on, and
// a plugin cannot use the host's reasons.
func TestMissingFieldsAreNoted(t *testing.T) {
	fields := []profile.Field{{Name: "calls"}, {Name: "disks", List: 16}, {Name: "sites"}, {Name: "users"},
		{Name: "peers"}, {Name: "gates"}}
	r := newReceived(profile.Profile{Categories: []profile.Category{{Name: "counts", Fields: fields}}})
	err := r.add(&pluginpb.Category{
		Name: "counts",
		Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: map[string]*pluginpb.Value{
			"users": {Is: &pluginpb.Value_Number{Number: 12}},
			"disks": {Is: &pluginpb.Value_List{List: &pluginpb.List{}}},
		}}},
		Missing: []*pluginpb.Missing{
			{Field: "sites", Reason: "not_applicable"}, {Field: "users", Reason: "timed_out"},
			{Field: "disks", Reason: "timed_out"},
			{Field: "core-01.corp.example.com", Reason: "timed_out"},
			{Field: "calls", Reason: "core-01.corp.example.com is down"}, {Field: "calls", Reason: "timed_out"}, nil,
			{Field: "gates", Reason: string(usage.Withheld)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := r.result(nil).Omissions
	want := []usage.Omission{
		{Category: "counts", Field: "calls"},
		{Category: "counts", Field: "disks", Reason: usage.TimedOut},
		{Category: "counts", Field: "sites", Reason: usage.Inapplicable},
		{Category: "counts", Field: "gates"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// CAT-*: a category also reports which parts of its fields are missing, if the field is present. A
// part cannot be inapplicable, and a part of a list's entry has no name.
func TestMissingPartsAreNoted(t *testing.T) {
	parts := []profile.Field{{Name: "speed"}, {Name: "mode"}, {Name: "loss"}}
	r := newReceived(profile.Profile{Categories: []profile.Category{{Name: "counts", Fields: []profile.Field{
		{Name: "link", Fields: parts}, {Name: "tunnel", Fields: parts}, {Name: "routes", List: 4, Fields: parts},
	}}}})
	link := &pluginpb.Record{Fields: map[string]*pluginpb.Value{"speed": {Is: &pluginpb.Value_Number{Number: 12}}}}
	err := r.add(&pluginpb.Category{
		Name: "counts",
		Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: map[string]*pluginpb.Value{
			"link": {Is: &pluginpb.Value_Record{Record: link}}, "routes": {Is: &pluginpb.Value_List{}},
		}}},
		Missing: []*pluginpb.Missing{
			{Field: "link.mode", Reason: "timed_out"}, {Field: "link.speed", Reason: "timed_out"},
			{Field: "link.loss", Reason: "not_applicable"}, {Field: "link.mode.x", Reason: "timed_out"},
			{Field: "link.core-01", Reason: "timed_out"}, {Field: "tunnel.mode", Reason: "timed_out"},
			{Field: "routes.mode", Reason: "timed_out"}, {Field: ".mode", Reason: "timed_out"},
			{Field: "mode", Reason: "timed_out"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []usage.Omission{{Category: "counts", Field: "link.mode", Reason: usage.TimedOut}}
	if diff := cmp.Diff(want, r.result(nil).Omissions); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// PLUG-1: a plugin that was built before missing fields were introduced still works.
func TestOlderPluginWithoutMissingFields(t *testing.T) {
	r := newReceived(profile.Profile{Categories: []profile.Category{{Name: "counts",
		Fields: []profile.Field{{Name: "calls"}}}}})
	if err := r.add(&pluginpb.Category{Name: "counts", Outcome: &pluginpb.Category_Record{}}); err != nil {
		t.Fatal(err)
	}
	if got := r.result(nil).Omissions; len(got) != 0 {
		t.Errorf("got %v, want none", got)
	}
}
