package checks

import (
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// same is about what must not depend on chance: the same product tells the same of the same period, whenever it is
// asked.
func same() []check.Check {
	twice := []scene.Name{scene.Good, scene.Again}
	return []check.Check{
		ofSame("same.values", twice, alike(func(d difference) []string { return d.values }, "Some values differ."),
			"Two starts tell the same values of the same period, but for what the profile says is measured now.",
			"What differs by chance can't be compared from hour to hour, and a preview would not show what is sent."),
		ofSame("same.order", twice, alike(func(d difference) []string { return d.order }, "Some lists are in another order."),
			"Two starts tell lists in the same order.",
			"Where a list is cut, or compared, its order decides what is in it."),
		ofSame("same.omitted", twice, alike(func(d difference) []string { return d.omitted }, "Other things are missing."),
			"Two starts lack the same, for the same reasons.",
			"A field that comes and goes looks like a product that changes."),
		ofSame("same.reminded", []scene.Name{scene.Good, scene.Again, scene.Reminded}, reminded,
			"With what it wanted to be remembered, the plugin tells the same as without.",
			"The memory may save work. It may be lost at any time, and must not change what is reported."),
		ofSame("same.misled", []scene.Name{scene.Good, scene.Again, scene.Misled}, misled,
			"With foreign bytes for a memory, the plugin tells the same as without one.",
			"The next version is given what the last one wanted to be remembered."),
		ofSame("same.hour", []scene.Name{scene.Good, scene.OtherHour}, otherHour,
			"The plugin collects for the same hour of the day before.",
			"A document is about the hour that it says, not about the one in which it was made."),
		{
			ID: "same.process", Level: recommended, Serves: []string{"CAT-*"}, Of: []scene.Name{scene.Many}, From: scene.Started,
			Judge: sameProcess,
			Holds: "Asked once more in one process, the plugin tells the same of the same period.",
			Why: "This host asks a process once. What adds up from one collect to the next would come to light with one " +
				"that asks more often.",
		},
	}
}

func ofSame(id string, of []scene.Name, judge func(*scene.Scenes) check.Finding, holds, why string) check.Check {
	return check.Check{
		ID: id, Level: required, Serves: []string{"CAT-*"}, Of: of, From: scene.Started, Holds: holds, Why: why, Judge: judge,
	}
}

// alike compares two starts on the same product.
func alike(in func(difference) []string, says string) func(*scene.Scenes) check.Finding {
	return func(s *scene.Scenes) check.Finding {
		good, again := s.Of(scene.Good), s.Of(scene.Again)
		if again.Stage < scene.Collected {
			return check.Fail("The second start did not get so far as the first.")
		}
		return check.None(in(compare(s.Product.Profile, good.Collect, again.Collect)), "%s", says)
	}
}

// sameProcess compares the first collect of a process with the second: after many a plugin may have used up what it
// allows itself to ask of its sources. Where one of the two failed, another check says so.
func sameProcess(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Many)
	if r.Stage < scene.Collected || r.Next == nil || r.Next.Err != nil {
		return unseen("It did not collect twice.")
	}
	return toldAlike(s, r.Collect, *r.Next)
}

func toldAlike(s *scene.Scenes, one, other frontdoor.Collected) check.Finding {
	d := compare(s.Product.Profile, one, other)
	if d.none() {
		return check.Pass("")
	}
	return check.Fail("%d values and %d orders differ, and %d things are missing otherwise.", len(d.values), len(d.order),
		len(d.omitted)).
		With(d.values...).With(d.order...).With(d.omitted...)
}

func reminded(s *scene.Scenes) check.Finding {
	if len(scene.End(s.Of(scene.Good).Collect).GetMemory()) == 0 {
		return check.NotApplicable("It wants nothing to be remembered.")
	}
	return unmoved(s, s.Of(scene.Reminded))
}

func misled(s *scene.Scenes) check.Finding { return unmoved(s, s.Of(scene.Misled)) }

// unmoved compares with what was told without a memory, where that is the same each time.
func unmoved(s *scene.Scenes, r *scene.Recording) check.Finding {
	good := s.Of(scene.Good).Collect
	switch {
	case s.Of(scene.Again).Stage < scene.Collected || !compare(s.Product.Profile, good, s.Of(scene.Again).Collect).none():
		return unseen("Without a memory it tells something else each time.")
	case r.Stage < scene.Collected:
		return check.Fail("It did not collect: %s.", ending(r))
	}
	return toldAlike(s, good, r.Collect)
}

func otherHour(s *scene.Scenes) check.Finding {
	if r := s.Of(scene.OtherHour); r.Stage < scene.Collected {
		return check.Fail("It did not: %s.", ending(r))
	}
	return check.Pass("")
}

// ending is how far it came.
func ending(r *scene.Recording) string {
	switch {
	case r.Crashed():
		return r.State
	case r.DescribeErr != nil:
		return "describe: " + code(r.DescribeErr)
	case r.Collect.Err != nil:
		return code(r.Collect.Err)
	}
	return "it did not shake hands"
}
