package checks

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// CAT-*: the reasons that may be given for missing fields, and those that are not judged.
func TestReasonsOfMissingFields(t *testing.T) {
	declared := profile.Category{Name: "counts", Fields: []profile.Field{{Name: "users", Kind: kind.Count},
		{Name: "rooms", Kind: kind.Count}, {Name: "disks", Kind: kind.Count, List: 4}}}
	says := func(pairs ...string) *pluginpb.Category {
		record := &pluginpb.Record{Fields: map[string]*pluginpb.Value{
			"users": digits(1),
			"disks": {Is: &pluginpb.Value_List{List: &pluginpb.List{}}},
		}}
		c := &pluginpb.Category{Name: "counts", Outcome: &pluginpb.Category_Record{Record: record}}
		for i := 0; i < len(pairs); i += 2 {
			c.Missing = append(c.Missing, &pluginpb.Missing{Field: pairs[i], Reason: pairs[i+1]})
		}
		return c
	}
	for name, tt := range map[string]struct {
		category               *pluginpb.Category
		unknown, wrong, untold int
	}{
		"with a reason":             {says("rooms", "timed_out"), 0, 0, 0},
		"not applicable":            {says("rooms", "not_applicable"), 0, 0, 0},
		"neither values nor reason": {says(), 0, 0, 1},
		"the plugin's own reason":   {says("rooms", "the disk is full"), 1, 0, 0},
		"a reason of the host only": {says("rooms", "too_large"), 1, 0, 0},
		"twice":                     {says("rooms", "timed_out", "rooms", "timed_out"), 0, 1, 0},
		"what is there":             {says("rooms", "", "users", ""), 0, 1, 0},
		"entries of a list":         {says("rooms", "", "disks", "timed_out"), 0, 0, 0},
		"unknown field and reason":  {says("rooms", "", "shoes", "worn"), 0, 1, 0},
		"missing field of a missing category": {&pluginpb.Category{Missing: []*pluginpb.Missing{{Field: "rooms"}}}, 0,
			1, 0},
	} {
		got := []int{len(unknownReasons(declared, tt.category)), len(missedWrongly(declared, tt.category)),
			len(unmentionedFields(declared, tt.category))}
		if diff := cmp.Diff([]int{tt.unknown, tt.wrong, tt.untold}, got); diff != "" {
			t.Errorf("%s: unknown reasons, wrong fields, untold ones (-want +got)\n%s", name, diff)
		}
	}
}
