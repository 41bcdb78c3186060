package checks

import (
	"fmt"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/check"
)

// hostDrops says that the host would let nothing of a value leave, where no other check says so already. It is the
// host's own treatment, so that the rule can't differ from it.
func hostDrops(l check.Leaf) string {
	if wrongType(l) != "" || badCharacters(l) != "" || notFinite(l) != "" || leaves(l) {
		return ""
	}
	if l.Text() == "" {
		return "is empty"
	}
	return fmt.Sprintf("would be dropped: %d bytes that are no %s, or too many", len(l.Text()), l.Field.Kind)
}

// leaves treats one value by its kind, with a key that is thrown away.
func leaves(l check.Leaf) bool {
	const category, field = "category", "field"
	declared := profile.Field{Name: field, Kind: l.Field.Kind, Values: l.Field.Values, Words: l.Field.Words,
		Groups: l.Field.Groups}
	p := profile.Profile{ID: "conformance", Categories: []profile.Category{{Name: category,
		Fields: []profile.Field{declared}}}}
	observed := []usage.Observation{{Category: category, Field: usage.Raw(field), Value: usage.Raw(raw(l))}}
	return len(anonymize.Treat(anonymize.EphemeralKey(), p, anonymize.Unnamed(), observed).Facts) > 0
}

func raw(l check.Leaf) any {
	if field := l.Value.ProtoReflect().WhichOneof(l.Value.ProtoReflect().Descriptor().Oneofs().Get(0)); field != nil {
		return l.Value.ProtoReflect().Get(field).Interface()
	}
	return nil
}
