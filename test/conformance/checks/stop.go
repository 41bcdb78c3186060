package checks

import (
	"time"

	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/scene"
)

// deadline returns the checks of the time limits, and of canceled calls.
func deadline() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"SEND-5"}, Of: inScenes(scene.Good)}, []Check{
		{ID: "deadline.half", Level: recommended, From: scene.Collected, Judge: withinHalf,
			Holds: "On a healthy product, a collect takes less than half of the profile's limit.",
			Why:   "A busy product is slower, and data that arrives too late is lost."},
		{ID: "deadline.cancelled", Of: inScenes(scene.Good, scene.Cancelled),
			Plays: inScenes(scene.Cancelled), From: scene.Described, Judge: afterCancel,
			Holds: "After a canceled collect, the plugin keeps running and serves the next one within five seconds.",
			Why: "A call is canceled when consent is withdrawn or the time is up; the plugin must release its " +
				"resources."},
	})
}

func withinHalf(s *scene.Scenes) Finding {
	took, limit := s.Of(scene.Good).CollectTook, s.Product.Profile.Limits.Collect
	if s.Of(scene.Good).Floods() {
		return skipped("It prints and logs too much to be quick.")
	}
	if took-s.Of(scene.Good).Starved > limit/2 {
		return fail("It took %v of %v.", round(took), limit)
	}
	return pass("It took %v of %v.", round(took), limit)
}

func afterCancel(s *scene.Scenes) Finding {
	r := s.Of(scene.Cancelled)
	switch {
	case r.Crashed():
		return fail("The plugin exited: %s.", r.Died)
	case r.Stage < scene.Collected:
		return fail("It did not serve the next collect: %s.", ending(r))
	case wholly(s, s.Of(scene.Good)) && !wholly(s, r):
		return fail("The next collect is not complete.")
	}
	return pass("")
}

// stop returns the checks of the plugin's exit.
func stop() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"SEND-5"}, Of: inScenes(scene.Good),
		From: scene.Collected}, []Check{
		{ID: "stop.shutdown", Serves: []string{"SEND-5", "PLUG-1"}, Judge: shutdown,
			Holds: "Asked to shut down, the plugin exits by itself within three seconds, with exit status 0.",
			Why:   "After that the host kills it, and whether it would have exited properly is unknown."},
		{ID: "stop.interrupted", Of: inScenes(scene.Good, scene.Interrupted),
			Plays: inScenes(scene.Interrupted), From: scene.Described, Judge: interrupted,
			Holds: "Asked to shut down during a collect, the plugin exits in the same way.",
			Why:   "Consent can be withdrawn at any moment, and the service stopped."},
		{ID: "stop.terminated", Of: inScenes(scene.Good, scene.Terminated, scene.Offered),
			Plays: inScenes(scene.Terminated), From: scene.Started, Judge: terminated,
			Holds: "Sent SIGTERM, the plugin exits within three seconds, also during a collect.",
			Why:   "The system sends it to every process of the service when the service is stopped."},
		{ID: "stop.lifeline", Level: recommended, Of: inScenes(scene.LetGo, scene.LetGoBusy),
			Plays: inScenes(scene.LetGo, scene.LetGoBusy), From: scene.Handshaken, Judge: lifeline,
			Holds: "When its standard input ends, the plugin exits within a second, or ten times the start time of " +
				"a process, also during a collect.",
			Why: "Its host is gone, and nothing else will end the plugin."},
		{ID: "stop.files", Level: recommended, Judge: leftovers,
			Holds: "After the plugin has exited, its folder is empty.",
			Why:   "A file that is left there shows that the plugin did not exit as intended."},
	})
}

func shutdown(s *scene.Scenes) Finding { return stopped(s.Of(scene.Good)) }

// stopped judges the exit of a plugin that was asked to exit.
func stopped(r *scene.Recording) Finding {
	switch {
	case r.Crashed():
		return fail("It exited before it was asked to: %s.", r.Died)
	case !r.Ended:
		return fail("It had not exited after %v.", round(r.EndTook))
	case r.Code != 0:
		return fail("It exited after %v: %s.", round(r.EndTook), r.State)
	}
	return pass("It took %v.", round(r.EndTook))
}

func interrupted(s *scene.Scenes) Finding {
	if good := s.Of(scene.Good); !good.Ended || good.Code != 0 {
		return skipped("It does not exit properly at other times either.")
	}
	return stopped(s.Of(scene.Interrupted))
}

func terminated(s *scene.Scenes) Finding {
	good, busy, idle := s.Of(scene.Good), s.Of(scene.Terminated), s.Of(scene.Offered)
	switch {
	case !good.Ended || good.Code != 0:
		return skipped("It does not exit properly at other times either.")
	case busy.Stage < scene.Described:
		return skipped("It did not describe itself.")
	case !busy.Ended:
		return fail("It had not ended %v after SIGTERM during a collect.", round(busy.EndTook))
	case idle.Stage >= scene.Handshaken && !idle.Ended:
		return fail("It had not ended %v after SIGTERM while it was not asked for anything.",
			round(idle.EndTook))
	}
	return pass("It took %v: %s.", round(busy.EndTook), busy.State)
}

func lifeline(s *scene.Scenes) Finding {
	took := max(s.Of(scene.LetGo).EndTook, s.Of(scene.LetGoBusy).EndTook)
	switch {
	case !s.Of(scene.LetGo).Ended:
		return fail("It was still running %v later.", round(s.Of(scene.LetGo).EndTook))
	case !s.Of(scene.LetGoBusy).Ended:
		return fail("It was still running %v later if it collects at that time.",
			round(s.Of(scene.LetGoBusy).EndTook))
	case took > max(time.Second, 10*max(s.Of(scene.LetGo).Launching, s.Of(scene.LetGoBusy).Launching)):
		return fail("It took %v.", round(took))
	}
	return pass("It took %v.", round(took))
}

func leftovers(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	switch {
	case !r.Ended:
		return skipped("It did not exit by itself.")
	case tried(r, observe.Write, observe.Listen):
		return skipped("It makes other files than its socket.")
	case r.Left > 0:
		return fail("%d files are left in its folder.", r.Left)
	}
	return pass("")
}
