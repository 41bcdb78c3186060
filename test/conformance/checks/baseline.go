package checks

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// baseline returns the checks that compare the product with its last release, which plays the same
// scene. Reports over several releases add up values of one version of the profile, so within a
// version a field must keep its meaning.
func baseline() []Check {
	profiles := inScenes(scene.Good)
	return withDefaults(Check{Level: required, Serves: []string{"PLUG-2"}, Of: inScenes(scene.Good, scene.Released),
		From: scene.Collected}, []Check{
		{ID: "baseline.product", Serves: []string{"PLUG-1"}, Of: profiles, From: scene.Started, Judge: sameProduct,
			Holds: "The product has the id of its last release.",
			Why:   "Under another id it is another product: its configuration and its documents do not continue."},
		{ID: "baseline.version", Of: profiles, From: scene.Started, Judge: sinceLast(versionKept),
			Holds: "The version of the profile is not lower than in the last release.",
			Why:   "A reader takes the higher version for the newer one."},
		{ID: "baseline.fields", Of: profiles, From: scene.Started, Judge: sinceLast(fieldsKept),
			Holds: "The profile has the fields of the last release, unless its version was raised.",
			Why:   "Documents with the same version of the profile would have other fields."},
		{ID: "baseline.kinds", Of: profiles, From: scene.Started, Judge: sinceLast(kindsKept),
			Holds: "Each field has the kind, unit, shape and words that it had in the last release, unless the " +
				"version was raised.",
			Why: "Values of two units or kinds under one name cannot be compared."},
		{ID: "baseline.sent", Plays: inScenes(scene.Released), Judge: sinceLast(stillSent),
			Holds: "Each field that the last release sends on this product is sent, unless the version was raised.",
			Why:   "A field that disappears looks like a product that changed."},
		{ID: "baseline.values", Judge: sinceLast(noJumps),
			Holds: "No number is ten times as large or as small as in the last release on the same product, unless " +
				"the version was raised.",
			Why: "Such a jump is usually another unit, and would be taken for a change at the customers."},
	})
}

func hasLast(s *scene.Scenes) bool { return s.Baseline.Dir != "" }

const noLast = "No last release was given: -baseline."

func sameProduct(s *scene.Scenes) Finding {
	switch was := s.Baseline.Profile.ID; {
	case !hasLast(s):
		return notApplicable(noLast)
	case was != s.Product.Profile.ID:
		return fail("The last release is of the product %s.", was)
	}
	return pass("It is %s.", s.Product.Profile.ID)
}

// sinceLast judges the product if there is a last release of it.
func sinceLast(judge func(*scene.Scenes) Finding) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding {
		switch {
		case !hasLast(s):
			return notApplicable(noLast)
		case failed(sameProduct(s)):
			return skipped("The last release is of another product.")
		}
		return judge(s)
	}
}

func versionKept(s *scene.Scenes) Finding {
	was, is := s.Baseline.Profile.Version, s.Product.Profile.Version
	if is < was {
		return fail("It is version %d; the last release has version %d.", is, was)
	}
	return pass("It is version %d; the last release has version %d.", is, was)
}

// unlessRaised fails if there are differences, or lists them if the version was raised.
func unlessRaised(s *scene.Scenes, differences []string, says string) Finding {
	was, is := s.Baseline.Profile.Version, s.Product.Profile.Version
	if len(differences) > 0 && is != was { // a lower version fails another check
		return pass("The version changed from %d to %d.", was, is).with(differences...)
	}
	return failIfAny(differences, "%s", says)
}

func fieldsKept(s *scene.Scenes) Finding {
	was, is := flat(s.Baseline.Profile), flat(s.Product.Profile)
	var differences []string
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, kept := is[name]; !kept {
			differences = append(differences, name+" is not in the profile any more")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if _, had := was[name]; !had {
			differences = append(differences, name+" is new")
		}
	}
	return unlessRaised(s, differences, "The fields changed, and the version is the same.")
}

func kindsKept(s *scene.Scenes) Finding {
	was, is := flat(s.Baseline.Profile), flat(s.Product.Profile)
	var differences []string
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if former, had := was[name]; had {
			differences = append(differences, changes(name, former, is[name])...)
		}
	}
	return unlessRaised(s, differences, "Some fields have another meaning, and the version is the same.")
}

// flat returns the fields of a profile by their names: categories, their fields, the parts of
// records, and the keys of counts.
func flat(p profile.Profile) map[string]profile.Field {
	all := map[string]profile.Field{}
	var add func(name string, f profile.Field)
	add = func(name string, f profile.Field) {
		all[name] = f
		for _, key := range f.By {
			all[name+"."+key] = profile.Field{Kind: f.Kind, Unit: f.Unit}
		}
		for _, part := range f.Fields {
			add(name+"."+part.Name, part)
		}
	}
	for _, c := range p.Categories {
		add(c.Name, profile.Field{Fields: c.Fields})
	}
	return all
}

func changes(name string, was, is profile.Field) (found []string) {
	differ := func(what, was, is string) {
		if was != is {
			found = append(found, fmt.Sprintf("%s: %s %q, was %q", name, what, is, was))
		}
	}
	differ("kind", string(was.Kind), string(is.Kind))
	differ("unit", was.Unit, is.Unit)
	differ("shape", shape(was), shape(is))
	if !slices.Equal(slices.Sorted(slices.Values(was.Values)), slices.Sorted(slices.Values(is.Values))) {
		found = append(found, name+": other words")
	}
	return found
}

func shape(f profile.Field) (of string) {
	if f.List > 0 {
		of = "list of "
	}
	switch {
	case len(f.By) > 0:
		return of + "counts by keys"
	case len(f.Fields) > 0:
		return of + "records"
	}
	return of + "values"
}

func stillSent(s *scene.Scenes) Finding {
	was, now := sentByLast(s)
	known := flat(s.Product.Profile)
	var differences []string
	for _, name := range slices.Sorted(maps.Keys(was)) {
		_, declared := known[name]
		if declared && !slices.ContainsFunc(now, func(is sentNumbers) bool { _, sent := is[name]; return sent }) {
			differences = append(differences, name)
		}
	}
	return unlessRaised(s, differences, "The last release sends fields that this one does not send.")
}

func noJumps(s *scene.Scenes) Finding {
	was, now := sentByLast(s)
	former, fields := flat(s.Baseline.Profile), flat(s.Product.Profile)
	var differences []string
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if len(changes(name, former[name], fields[name])) > 0 {
			continue // baseline.kinds reports it
		}
		least := math.Inf(1) // a value that moves is compared with the nearest one
		for _, is := range now {
			if numbers, sent := is[name]; sent {
				least = min(least, greatestJump(was[name], numbers))
			}
		}
		if least >= jump && !math.IsInf(least, 1) {
			differences = append(differences, fmt.Sprintf("%s: by a factor of at least %.0f", name,
				math.Pow(10, math.Floor(math.Log10(least)))))
		}
	}
	return unlessRaised(s, differences, "Some numbers jumped, and the version is the same.")
}

// sentNumbers are the numbers of each field that was sent, by the field's name; of fields of other
// kinds, none.
type sentNumbers map[string][]float64

// sentByLast returns what the last release sent, and what the product sent before it and after it.
func sentByLast(s *scene.Scenes) (was sentNumbers, now []sentNumbers) {
	r := s.Of(scene.Released)
	now = []sentNumbers{numbersIn(s.Product.Profile, s.Of(scene.Good).Collect)}
	for _, c := range r.More {
		now = append(now, numbersIn(s.Product.Profile, c))
	}
	return numbersIn(s.Baseline.Profile, r.Collect), now
}

// index matches the number of an entry in the name of a [leaf].
var index = regexp.MustCompile(`\[\d+\]`)

func numbersIn(p profile.Profile, c frontdoor.Collected) sentNumbers {
	found := sentNumbers{}
	for _, l := range takeApart(p, c).leaves {
		if l.field.OfTheMoment() || l.value.GetIs() == nil {
			continue
		}
		name := index.ReplaceAllString(l.name, "")
		numbers := found[name]
		if n, is := l.number(); is {
			numbers = append(numbers, n)
		}
		found[name] = numbers
	}
	return found
}

// jump is the factor from which a change is one.
const jump = 10

// greatestJump returns the greatest factor between the numbers of a field: entry by entry, or
// between the largest ones if a list has another length.
func greatestJump(was, is []float64) float64 {
	if len(was) != len(is) && len(was) > 0 && len(is) > 0 {
		return factor(slices.Max(was), slices.Max(is))
	}
	greatest := 1.0
	for i := range min(len(was), len(is)) {
		greatest = max(greatest, factor(was[i], is[i]))
	}
	return greatest
}

// factor returns by which factor a number changed. Something that there was none of is no jump, and
// neither is the end of a few.
func factor(was, is float64) float64 {
	small, large := math.Abs(was), math.Abs(is)
	if small > large {
		small, large = large, small
	}
	switch {
	case math.IsNaN(was+is) || math.IsInf(was, 0) || math.IsInf(is, 0) || was == 0:
		return 1
	case small == 0:
		return large
	}
	return large / small
}
