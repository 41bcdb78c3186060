package checks

import (
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// size is about the document that the host makes of what was sent.
func size() []check.Check {
	return []check.Check{
		{
			ID: "size.document", Level: required, Serves: []string{"SEND-4"}, Of: []scene.Name{scene.Good},
			From:  scene.Collected,
			Holds: "The document of a healthy product is smaller than the profile allows.",
			Why:   "Of a larger one whole categories are left out.",
			Judge: func(s *scene.Scenes) check.Finding { return sized(s, scene.Good) },
		}, {
			ID: "size.largest", Level: required, Serves: []string{"SEND-4"}, Of: []scene.Name{scene.Largest},
			From: scene.Started, Judge: largest,
			Holds: "The document of the largest product is smaller than the profile allows.",
			Why:   "The largest customers are those of whom most is to be learned.",
		}, {
			ID: "size.bounded", Level: recommended, Serves: []string{"SEND-4"}, Of: []scene.Name{scene.Good, scene.Largest},
			From: scene.Started, Judge: bounded,
			Holds: "What the profile allows at most fits into a document: every list full, and every value as long as it may " +
				"be.",
			Why: "Then no product can be so large that a category is left out.",
		},
	}
}

func largest(s *scene.Scenes) check.Finding {
	switch {
	case s.Largest.Root == "":
		return check.NotApplicable("No largest product is configured.")
	case s.Of(scene.Largest).Stage < scene.Collected:
		return check.Fail("It was not collected: %s.", ending(s.Of(scene.Largest)))
	}
	return sized(s, scene.Largest)
}

// sized judges the bytes that would be sent, those of categories that gave way not counted.
func sized(s *scene.Scenes, name scene.Name) check.Finding {
	made := makeDocument(s, s.Of(name))
	limit := s.Product.Profile.Limits.Document
	switch {
	case made.err != nil:
		return made.broke()
	case len(made.report.TooLarge) > 0:
		return check.Fail("%d categories were left out, so that it stays below %d bytes.", len(made.report.TooLarge),
			limit).With(made.report.TooLarge...)
	}
	return check.Pass("It has %d bytes, %d %% of what the profile allows.", len(made.body),
		int64(len(made.body))*100/limit)
}

// bounded is about the profile, and says nothing where a document was too large: then others do.
func bounded(s *scene.Scenes) check.Finding {
	for _, name := range []scene.Name{scene.Good, scene.Largest} {
		if s.Of(name).Stage == scene.Collected && sized(s, name).Outcome == result.Fail {
			return unseen("A document is too large already.")
		}
	}
	var most int64
	for _, category := range s.Product.Profile.Categories {
		most += record(category.Fields)
	}
	limit := s.Product.Profile.Limits.Document
	if most >= limit {
		return check.Fail("It allows some %d bytes; a document stays below %d.", most, limit)
	}
	return check.Pass("It allows some %d bytes; a document stays below %d.", most, limit)
}

const (
	longestNumber = 20     // bytes of a number of 64 bits
	quotes        = 2      // around a text
	pseudonym     = 26 + 3 // with a hyphen before it, in quotes; its kind is before that
)

// record is the most that fields take, with their names.
func record(fields []profile.Field) (most int64) {
	for _, f := range fields {
		each := single(f)
		if f.List > 0 {
			each = int64(f.List) * (each + 1)
		}
		most += int64(len(f.Name)) + 4 + each
	}
	return most + 2
}

func single(f profile.Field) (most int64) {
	switch {
	case len(f.Fields) > 0:
		return record(f.Fields)
	case len(f.By) > 0:
		for _, key := range append([]string{kind.Other}, f.By...) {
			most += int64(len(key)) + 4 + longestNumber
		}
		return most
	case f.Kind == kind.Enum:
		for _, word := range append([]string{kind.Other}, f.Values...) {
			most = max(most, int64(len(word))+2)
		}
		return most
	case identifying(f.Kind):
		return int64(len(f.Kind)) + pseudonym
	}
	return max(int64(kind.Of(f.Kind).Longest)+quotes, longestNumber)
}
