package wire

import (
	"cmp"
	"maps"
	"slices"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Bounds on one category, applied to every plugin's records. The largest real record, a license
// with all its features, has some 400 values.
const (
	maxDepth  = 8
	maxValues = 20_000
)

// cutOff replaces a value beyond the bounds. No later step knows this type, so it is suppressed
// and counted there.
type cutOff struct{}

// Observations hides a record's values, one observation for each field. Values nested deeper than
// maxDepth, or after the first maxValues, are cut off; the rest of such a value can only be
// suppressed.
func Observations(category string, record *pluginpb.Record) []usage.Observation {
	left := maxValues
	var found []usage.Observation
	for _, name := range plainFirst(record.GetFields()) {
		found = append(found, usage.Observation{
			Category: category,
			Field:    usage.Raw(name),
			Value:    hide(record.GetFields()[name], 1, &left),
		})
	}
	return found
}

// plainFirst orders the fields, plain values before lists and records, so that the same record is
// always cut in the same place, and so that no list uses up the room of the plain values.
func plainFirst(fields map[string]*pluginpb.Value) []string {
	names := slices.Sorted(maps.Keys(fields))
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(weight(fields[a]), weight(fields[b])) })
	return names
}

func weight(v *pluginpb.Value) int {
	switch v.GetIs().(type) {
	case *pluginpb.Value_List, *pluginpb.Value_Record:
		return 1
	}
	return 0
}

func hide(v *pluginpb.Value, depth int, left *int) usage.Value {
	*left--
	if depth > maxDepth || *left < 0 {
		return usage.Raw(cutOff{})
	}
	switch is := v.GetIs().(type) {
	case *pluginpb.Value_Flag:
		return usage.Raw(is.Flag)
	case *pluginpb.Value_Number:
		return usage.Raw(is.Number)
	case *pluginpb.Value_Real:
		return usage.Raw(is.Real)
	case *pluginpb.Value_Text:
		return usage.Raw(is.Text)
	case *pluginpb.Value_List:
		return hideList(is.List, depth, left)
	case *pluginpb.Value_Record:
		return hideRecord(is.Record, depth, left)
	default: // not set, or of a later version of the protocol
		return usage.Raw(nil)
	}
}

func hideList(list *pluginpb.List, depth int, left *int) usage.Value {
	hidden := make(usage.List, 0, min(len(list.GetValues()), max(*left, 0)+1))
	for _, v := range list.GetValues() {
		hidden = append(hidden, hide(v, depth+1, left))
		if *left < 0 {
			break
		}
	}
	return usage.Raw(hidden)
}

func hideRecord(record *pluginpb.Record, depth int, left *int) usage.Value {
	hidden := usage.Record{}
	for _, name := range plainFirst(record.GetFields()) {
		hidden[name] = hide(record.GetFields()[name], depth+1, left)
		if *left < 0 {
			break
		}
	}
	return usage.Raw(hidden)
}
