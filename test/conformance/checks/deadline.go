package checks

import (
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// deadline is about time, and about a host that does not want to wait any longer.
func deadline() []check.Check {
	return []check.Check{
		{
			ID: "deadline.half", Level: recommended, Serves: []string{"SEND-5"}, Of: []scene.Name{scene.Good},
			From: scene.Collected, Judge: half,
			Holds: "On a healthy product a collect takes less than half of the profile's limit.",
			Why:   "A busy product is slower; what comes too late is lost.",
		}, {
			ID: "deadline.cancelled", Level: required, Serves: []string{"SEND-5"}, Of: []scene.Name{scene.Good, scene.Cancelled},
			From: scene.Described, Judge: goesOn,
			Holds: "After a collect that was cancelled the plugin lives, and serves the next one within five seconds.",
			Why:   "A call is cancelled when consent is withdrawn, or the time is up; it must let go of what it holds.",
		},
	}
}

func half(s *scene.Scenes) check.Finding {
	took, limit := s.Of(scene.Good).CollectTook, s.Product.Profile.Limits.Collect
	if s.Of(scene.Good).Floods() {
		return unseen("It prints and logs too much to be quick.")
	}
	if took > limit/2 {
		return check.Fail("It took %v of %v.", round(took), limit)
	}
	return check.Pass("It took %v of %v.", round(took), limit)
}

func goesOn(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Cancelled)
	switch {
	case r.Crashed():
		return check.Fail("It ended: %s.", r.State)
	case r.Stage < scene.Collected:
		return check.Fail("It did not serve the next one: %s.", code(r.Collect.Err))
	case wholly(s, s.Of(scene.Good)) && !wholly(s, r):
		return check.Fail("The next one is not whole.")
	}
	return check.Pass("")
}
