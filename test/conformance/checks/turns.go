package checks

import (
	"cmp"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// concurrentCollects returns the checks of two collects at the same time, which a host requests
// only by mistake.
func concurrentCollects() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"PLUG-1"}, Of: inScenes(scene.Good, scene.Twice),
		From: scene.Described}, []Check{
		{ID: "turns.first", Plays: inScenes(scene.Twice), Judge: firstTurn,
			Holds: "A collect is answered completely even if another one is requested meanwhile, and the plugin " +
				"keeps running.",
			Why: "One collect must not disturb another."},
		{ID: "turns.second", Judge: secondTurn,
			Holds: "The other collect is refused with RESOURCE_EXHAUSTED, or answered completely.",
			Why:   "A caller that asks twice must get an error or a complete answer."},
	})
}

func firstTurn(s *scene.Scenes) Finding {
	r := s.Of(scene.Twice)
	switch {
	case !wholly(s, s.Of(scene.Good)):
		return skipped("A single collect is not answered completely either.")
	case r.Crashed():
		return fail("The plugin exited: %s.", r.Died)
	case !alive(r.HealthErr):
		return fail("Its health service was called afterwards, and %s.", callFailed(r.HealthErr))
	case r.Collect.Err != nil:
		return fail("Neither of the two was answered: %s; and %s.", callFailed(r.Collect.Err),
			callFailed(cmp.Or(r.More[0].Err, r.Collect.Err)))
	case !whole(s, r.Collect) && !whole(s, r.More[0]):
		return fail("Neither of the two was answered completely.")
	}
	return pass("")
}

func secondTurn(s *scene.Scenes) Finding {
	r := s.Of(scene.Twice)
	if firstTurn(s).Outcome != result.Pass {
		return skipped("Not even one was answered completely.")
	}
	switch err := r.More[0].Err; {
	case status.Code(err) == codes.ResourceExhausted && frontdoor.CauseOf(err) == frontdoor.Refused:
		return pass("The second collect is refused.")
	case err != nil:
		return fail("The second collect was requested, and %s.", callFailed(err))
	case !whole(s, r.Collect) || !whole(s, r.More[0]):
		return fail("The second collect was answered, but not completely.")
	}
	return pass("Both were answered.")
}

// whole reports whether the stream is correct and mentions every category.
func whole(s *scene.Scenes, c frontdoor.Collected) bool {
	return c.Err == nil && sound(s, c) && len(unmentioned(s, c)) == 0
}
