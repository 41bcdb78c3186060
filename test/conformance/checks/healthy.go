package checks

import (
	"fmt"
	"slices"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// amiss are the reasons that a healthy product gives no cause for. Those of a crash are another check's.
var amiss = []usage.Reason{
	usage.NotFound, usage.Refused, usage.Unresolved, usage.Untrusted, usage.LoginRefused, usage.NotPermitted,
	usage.SourceFailed, usage.Malformed,
}

func readSomething(s *scene.Scenes) check.Finding {
	read := 0
	for _, category := range scene.Categories(s.Of(scene.Good).Collect) {
		if category.GetRecord() != nil {
			read++
		}
	}
	if read == 0 && len(unread(s)) > 0 {
		return check.Fail("Each category is missing. Are root and sources those of a healthy product?").With(unread(s)...)
	}
	return check.Pass("It reads %d of %d categories.", read, len(s.Product.Profile.Categories))
}

func readAll(s *scene.Scenes) check.Finding {
	missing := unread(s)
	if len(missing) == len(s.Product.Profile.Categories) {
		return unseen("Nothing is read at all.")
	}
	return check.None(missing, "Some are not.")
}

// unread are the categories that are missing for a reason that a healthy product gives no cause for.
func unread(s *scene.Scenes) (names []string) {
	sent := scene.Categories(s.Of(scene.Good).Collect)
	for _, category := range s.Product.Profile.Categories {
		if why := usage.Reason(sent[category.Name].GetNotAvailable().GetReason()); slices.Contains(amiss, why) {
			names = append(names, fmt.Sprintf("%s: %s", category.Name, why.Sentence()))
		}
	}
	return names
}
