package checks

import (
	"time"

	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// stop is about how a plugin ends.
func stop() []check.Check {
	good := []scene.Name{scene.Good}
	return []check.Check{
		{
			ID: "stop.shutdown", Level: required, Serves: []string{"SEND-5", "PLUG-1"}, Of: good, From: scene.Collected,
			Judge: shutdown,
			Holds: "Asked to end, the plugin ends by itself within three seconds, with exit code 0.",
			Why:   "After that the host kills it, and nobody knows whether it had ended well.",
		}, {
			ID: "stop.interrupted", Level: required, Serves: []string{"SEND-5"}, Of: []scene.Name{scene.Good, scene.Interrupted},
			From: scene.Described, Judge: interrupted,
			Holds: "So it does in the middle of a collect.",
			Why:   "Consent can be withdrawn at any moment, and the service stopped.",
		}, {
			ID: "stop.lifeline", Level: recommended, Serves: []string{"SEND-5"}, Of: []scene.Name{scene.LetGo},
			From: scene.Shaken, Judge: lifeline,
			Holds: "When its standard input ends, the plugin ends within a second.",
			Why:   "Its host is gone, however it went, and nobody else will end it.",
		}, {
			ID: "stop.files", Level: recommended, Serves: []string{"SEND-5"}, Of: good, From: scene.Collected, Judge: leftovers,
			Holds: "When the plugin has ended, its folder is empty.",
			Why:   "Who leaves something there does not end as it means to.",
		},
	}
}

func shutdown(s *scene.Scenes) check.Finding { return stopped(s.Of(scene.Good)) }

// stopped judges the end of a plugin that was asked to.
func stopped(r *scene.Recording) check.Finding {
	switch {
	case !r.Ended:
		return check.Fail("It did not end.")
	case r.Code != 0:
		return check.Fail("It ended after %v: %s.", round(r.EndTook), r.State)
	}
	return check.Pass("It took %v.", round(r.EndTook))
}

func interrupted(s *scene.Scenes) check.Finding {
	if good := s.Of(scene.Good); !good.Ended || good.Code != 0 {
		return unseen("It does not end well at other times either.")
	}
	return stopped(s.Of(scene.Interrupted))
}

func lifeline(s *scene.Scenes) check.Finding {
	r := s.Of(scene.LetGo)
	switch {
	case !r.Ended:
		return check.Fail("It lives on.")
	case r.EndTook > time.Second:
		return check.Fail("It took %v.", round(r.EndTook))
	}
	return check.Pass("It took %v.", round(r.EndTook))
}

func leftovers(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Good)
	switch {
	case !r.Ended:
		return unseen("It did not end by itself.")
	case r.Left > 0:
		return check.Fail("%d files are left in it.", r.Left)
	}
	return check.Pass("")
}
