package checks

import (
	"slices"

	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// same returns the checks that a result does not depend on chance: the same product reports the
// same about the same period, whenever it is asked.
func same() []Check {
	twice := inScenes(scene.Good, scene.Again)
	return withDefaults(Check{Level: required, Serves: []string{"CAT-*"}, Of: twice, From: scene.Started}, []Check{
		{ID: "same.values", Plays: inScenes(scene.Again),
			Judge: sameResult("Some values differ.", func(d difference) []string { return d.values }),
			Holds: "Two starts report the same values for the same period, except values that the profile " +
				"declares as measured now.",
			Why: "Values that differ by chance cannot be compared from hour to hour, and a preview would " +
				"differ from the document."},
		{ID: "same.order", Of: append(inScenes(scene.Good), ordered()...), Judge: sameOrder,
			Holds: "Two starts report lists in the same order.",
			Why:   "If a list is cut or compared, its order decides which entries remain."},
		{ID: "same.omitted", Judge: sameResult("They omit different things.",
			func(d difference) []string { return d.omitted }),
			Holds: "Two starts omit the same fields and categories, for the same reasons.",
			Why:   "A field that comes and goes looks like a product that changes."},
		{ID: "same.reminded", Of: inScenes(scene.Good, scene.Again, scene.Reminded), Plays: inScenes(scene.Reminded),
			Judge: reminded,
			Holds: "With its carryover and its counters, the plugin reports the same as without them, except values " +
				"that the profile declares as measured now.",
			Why: "The carryover may save work. It may be lost at any time, and must not change the values."},
		{ID: "same.misled", Of: inScenes(scene.Good, scene.Again, scene.Misled), Plays: inScenes(scene.Misled),
			Judge: misled,
			Holds: "With foreign bytes as its carryover, and numbers as its counters that no counter reaches, the " +
				"plugin reports the same as without them, except values that the profile declares as measured now.",
			Why: "A new version of the plugin is given the carryover of the previous one. A system may be restored " +
				"from a backup, with its counters."},
		{ID: "same.hour", Of: inScenes(scene.Good, scene.OtherHour), Plays: inScenes(scene.OtherHour), Judge: otherHour,
			Holds: "The plugin also collects for the same hour of the previous day.",
			Why:   "A document is about the hour that it names, not about the hour in which it was made."},
		{ID: "same.process", Level: recommended, Of: inScenes(scene.Many), Judge: sameProcess,
			Holds: "Asked again in one process, the plugin reports the same for the same period.",
			Why: "This host collects once per process. Values that add up would be wrong with a host that collects " +
				"more often."},
	})
}

// sameResult compares two starts on the same product.
func sameResult(says string, in func(difference) []string) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding {
		good, again := s.Of(scene.Good), s.Of(scene.Again)
		if again.Stage < scene.Collected {
			return fail("The second start did not collect.")
		}
		return failIfAny(in(compare(s.Product.Profile, good.Collect, again.Collect)), "%s", says)
	}
}

// ordered returns scenes on the same product: a list of two entries in random order is in the same
// order in half of them.
func ordered() []scene.Name {
	return inScenes(scene.Again, scene.Misled, scene.Cancelled, scene.Twice, scene.Many)
}

func sameOrder(s *scene.Scenes) Finding {
	if s.Of(scene.Again).Stage < scene.Collected {
		return fail("The second start did not collect.")
	}
	var lists []string
	for _, name := range ordered() {
		if r := s.Of(name); r.Stage == scene.Collected {
			lists = append(lists, compare(s.Product.Profile, s.Of(scene.Good).Collect, r.Collect).order...)
		}
	}
	slices.Sort(lists)
	return failIfAny(slices.Compact(lists), "Some lists are in another order.")
}

// sameProcess compares the first collect of a process with the second. Later ones are not compared,
// because the plugin may then have exhausted its own limit of queries to its sources. If one of the
// two failed, another check reports it.
func sameProcess(s *scene.Scenes) Finding {
	r := s.Of(scene.Many)
	if r.Stage < scene.Collected || r.Next == nil || r.Next.Err != nil {
		return skipped("It did not collect twice.")
	}
	return reportedAlike(s, r.Collect, *r.Next)
}

func reportedAlike(s *scene.Scenes, one, other frontdoor.Collected) Finding {
	d := compare(s.Product.Profile, one, other)
	if d.none() {
		return pass("")
	}
	return fail("%d values, %d list orders and %d omissions differ.", len(d.values), len(d.order),
		len(d.omitted)).
		with(d.values...).with(d.order...).with(d.omitted...)
}

func reminded(s *scene.Scenes) Finding {
	if end := scene.End(s.Of(scene.Good).Collect); len(end.GetMemory())+len(end.GetCounters()) == 0 {
		return notApplicable("It has neither carryover nor counters.")
	}
	return unmoved(s, s.Of(scene.Reminded))
}

func misled(s *scene.Scenes) Finding { return unmoved(s, s.Of(scene.Misled)) }

// unmoved compares the recording with the result without a carryover, if that is the same at each
// start.
func unmoved(s *scene.Scenes, r *scene.Recording) Finding {
	good := s.Of(scene.Good).Collect
	switch {
	case s.Of(scene.Again).Stage < scene.Collected || !compare(s.Product.Profile, good,
		s.Of(scene.Again).Collect).none():
		return skipped("Even without a carryover it reports something else at each start.")
	case r.Stage < scene.Collected:
		return fail("It did not collect: %s.", ending(r))
	}
	return reportedAlike(s, good, r.Collect)
}

func otherHour(s *scene.Scenes) Finding {
	if r := s.Of(scene.OtherHour); r.Stage < scene.Collected {
		return fail("It did not collect: %s.", ending(r))
	}
	return pass("")
}

// ending describes how the scene failed.
func ending(r *scene.Recording) string {
	switch {
	case r.Crashed():
		return "it exited: " + r.Died
	case r.DescribeErr != nil:
		return "it was asked to describe itself, and " + callFailed(r.DescribeErr)
	case r.Collect.Err != nil:
		return callFailed(r.Collect.Err)
	}
	return "it did not complete the handshake"
}
