package checks

import (
	"fmt"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// sources is about a product that has not what a healthy one has.
func sources() []check.Check {
	damaged := []scene.Name{scene.Good, scene.Missing, scene.Empty, scene.Garbage}
	return []check.Check{
		{
			ID: "sources.read", Level: required, Serves: []string{"CAT-*"}, Of: []scene.Name{scene.Good}, From: scene.Collected,
			Judge: readSomething,
			Holds: "On a healthy product something is read.",
			Why: "Of a plugin that gives nothing but reasons the other checks see nothing; it may be the suite that was " +
				"given the wrong root or no sources.",
		}, {
			ID: "sources.whole", Level: recommended, Serves: []string{"CAT-*"}, Of: []scene.Name{scene.Good},
			From: scene.Collected, Judge: readAll,
			Holds: "On a healthy product every category is read whose source is configured.",
			Why:   "What fails where all is well fails everywhere.",
		}, {
			ID: "sources.healthy", Level: required, Serves: []string{"CAT-*"}, Of: []scene.Name{scene.Good},
			From: scene.Collected, Judge: healthy,
			Holds: "On a healthy product no collector crashes or is late.",
			Why:   "The category would be lost every hour.",
		},
		survives("sources.unconfigured", scene.Unconfigured, "no source is configured",
			"An administrator may configure none."),
		survives("sources.missing", scene.Missing, "no file is there and no server listens",
			"What is not installed is a reason, not a failure."),
		survives("sources.empty", scene.Empty, "every file is empty and every server hangs up",
			"So it is while a product starts."),
		survives("sources.garbage", scene.Garbage, "files and servers tell garbage",
			"A product's next release may tell what nobody has seen yet."),
		survives("sources.silent", scene.Silent, "servers accept and never answer",
			"A hanging server is the commonest fault of all."),
		survives("sources.unreachable", scene.Unreachable, "the configured sources are not there",
			"A mistake in the configuration must cost nothing but what is read there."),
		{
			ID: "sources.patience", Level: required, Serves: []string{"SEND-5"}, Of: []scene.Name{scene.Good, scene.Silent},
			From: scene.Collected, Judge: patience,
			Holds: "A category whose server never answers is given up after the time that it was given.",
			Why:   "It must not take the time of the others.",
		}, {
			ID: "sources.zero", Level: required, Serves: []string{"CAT-*"}, Of: damaged, From: scene.Collected, Judge: invented,
			Holds: "What could not be read is missing, and not zero.",
			Why:   "An invented zero can't be told from a true one.",
		}, {
			ID: "sources.values", Level: required, Serves: []string{"CAT-*", "ANON-1"}, Of: damaged, From: scene.Collected,
			Judge: mistaken,
			Holds: "What is sent of a damaged source is what the host takes: of its kind, well formed, in its range.",
			Why:   "What was not understood is missing; a value that the host drops says that it was taken for one.",
		},
	}
}

// survives is one check for each way in which sources fail.
func survives(id string, name scene.Name, where, why string) check.Check {
	return check.Check{
		ID: id, Level: required, Serves: []string{"CAT-*", "SEND-5"}, Of: []scene.Name{scene.Good, name}, From: scene.Started,
		Holds: "Where " + where + ", each category is sent or missing with a reason.", Why: why,
		Judge: func(s *scene.Scenes) check.Finding { return survived(s, s.Of(name)) },
	}
}

func survived(s *scene.Scenes, r *scene.Recording) check.Finding {
	switch {
	case !wholly(s, s.Of(scene.Good)):
		return unseen("On a healthy product it does not tell everything either.")
	case len(s.World.Sources) == 0 && (r.Scene == scene.Silent || r.Scene == scene.Unreachable):
		return check.NotApplicable("No source is configured.")
	case r.Scene == scene.Unconfigured && r.Stage == scene.Shaken:
		return unseen("It does not describe itself.")
	case r.Stage < scene.Described:
		return check.Fail("It did not come to collect.")
	case r.Collect.Err != nil && r.Crashed():
		return check.Fail("It ended while it collected: %s.", r.State)
	case r.Collect.Err != nil:
		return check.Fail("%s after %v.", code(r.Collect.Err), round(r.CollectTook))
	case !sound(s, r.Collect):
		return check.Fail("The stream is not sound, as it is on a healthy product.")
	}
	return check.None(unheard(s, r.Collect), "Of some categories nothing was heard.")
}

// wholly tells whether everything was heard of in that scene.
func wholly(s *scene.Scenes, r *scene.Recording) bool {
	return r.Stage == scene.Collected && whole(s, r.Collect)
}

func healthy(s *scene.Scenes) check.Finding {
	var problems []string
	sent := scene.Categories(s.Of(scene.Good).Collect)
	for _, category := range s.Product.Profile.Categories {
		why := usage.Reason(sent[category.Name].GetNotAvailable().GetReason())
		if why == usage.Crashed || why == usage.TimedOut {
			problems = append(problems, fmt.Sprintf("%s: %s", category.Name, why.Sentence()))
		}
	}
	return check.None(problems, "Some did.")
}

// slack is for a machine that has other things to do.
const slack = 2 * time.Second

// patience allows each category that silence costs something its time, one after the other, and what the others took.
func patience(s *scene.Scenes) check.Finding {
	good, silent := s.Of(scene.Good), s.Of(scene.Silent)
	lost := 0
	was, is := scene.Categories(good.Collect), scene.Categories(silent.Collect)
	for _, category := range s.Product.Profile.Categories {
		if silent := is[category.Name]; was[category.Name].GetRecord() != nil &&
			(silent.GetRecord() == nil || len(silent.GetMissing()) > 0) {
			lost++
		}
	}
	given := min(scene.Soon, s.Product.Profile.Limits.Collector)
	most := time.Duration(lost)*given + good.CollectTook + slack
	switch {
	case len(s.World.Sources) == 0:
		return check.NotApplicable("No source is configured.")
	case readSomething(s).Outcome == result.Fail:
		return unseen("Nothing is read on a healthy product either.")
	case silent.CollectTook > most:
		return check.Fail("It took %v; %d categories were lost, each of which had %v.",
			round(silent.CollectTook), lost, given)
	}
	return check.Pass("It took %v, with %d categories lost that had %v each.", round(silent.CollectTook), lost, given)
}
