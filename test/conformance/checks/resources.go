package checks

import (
	"time"

	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// What a plugin may have, as core/wire/README.md says.
const (
	mostDescriptors = 256
	mostProcessor   = time.Second
	mostIdle        = 50 * time.Millisecond
)

// resources is about what the plugin takes, in one collect and in many.
func resources() []check.Check {
	good, many := []scene.Name{scene.Good}, []scene.Name{scene.Good, scene.Many}
	return []check.Check{
		{
			ID: "resources.memory", Level: required, Serves: []string{"SEND-5"}, Of: good, From: scene.Shaken, Judge: memoryPeak,
			Holds: "The plugin never has more memory than the profile gives it.",
			Why:   "The host ends one that has.",
		}, {
			ID: "resources.repeats", Level: required, Serves: []string{"PLUG-1"}, Of: many, From: scene.Collected,
			Judge: repeats,
			Holds: "Asked again and again in one process, the plugin collects each time.",
			Why:   "What fails at the tenth time fails for a reason that is there at the first.",
		}, {
			ID: "resources.leak", Level: required, Serves: []string{"SEND-5"}, Of: many, From: scene.Collected, Judge: leak,
			Holds: "Its memory does not grow with the number of collects.",
			Why:   "What grows without need grows with the product, too.",
		}, {
			ID: "resources.descriptors", Level: required, Serves: []string{"SEND-5"}, Of: many, From: scene.Collected,
			Judge: descriptors,
			Holds: "It never has more than 256 descriptors, and not more after many collects than after a few.",
			Why:   "What is opened is closed; and at 256 the host's limit is.",
		}, {
			ID: "resources.threads", Level: required, Serves: []string{"SEND-5"}, Of: many, From: scene.Collected,
			Judge: threads,
			Holds: "It has no more threads after many collects than after a few.",
			Why:   "A thread that waits for ever was forgotten; at 512 the host ends the plugin.",
		}, {
			ID: "resources.processor", Level: recommended, Serves: []string{"SEND-5"}, Of: many, From: scene.Collected,
			Judge: processor,
			Holds: "No collect uses more than a second of processor time.",
			Why:   "The product needs it for something else.",
		}, {
			ID: "resources.idle", Level: recommended, Serves: []string{"SEND-5"}, Of: many, From: scene.Collected, Judge: idle,
			Holds: "Where nobody asks for anything it uses no processor time.",
			Why:   "What is busy then is busy for nobody.",
		},
	}
}

func memoryPeak(s *scene.Scenes) check.Finding {
	r, most := s.Of(scene.Good), s.Product.Profile.Limits.MostMemory()
	peak := int64(0)
	for _, sample := range r.Samples {
		peak = max(peak, sample.Peak)
	}
	switch {
	case r.Over != "":
		return check.Fail("It was ended: %s.", r.Over)
	case r.Stage < scene.Collected:
		return unseen("It did not collect.")
	case peak > most:
		return check.Fail("It had %d MB; the profile gives it %d MB.", megabytes(peak), megabytes(most))
	}
	return check.Pass("It had at most %d MB of %d MB.", megabytes(peak), megabytes(most))
}

func megabytes(bytes int64) int64 { return bytes >> 20 }

func repeats(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Many)
	switch {
	case r.Over != "":
		return unseen("It was ended for what it took.")
	case len(r.More) > 0 && r.More[0].Err != nil:
		return check.Fail("Collect number %d failed: %s.", r.Asked+1, code(r.More[0].Err))
	case wholly(s, r) && len(r.More) > 0 && !whole(s, r.More[0]):
		return check.Fail("Collect number %d was not whole.", r.Asked+1)
	}
	return check.Pass("It collected %d times.", r.Asked+1)
}

const tooFew = "It collected too slowly to be asked often enough: nothing that grows was found in the time."

func leak(s *scene.Scenes) check.Finding {
	from, by, told := grown(s.Of(scene.Many).Samples, func(s frontdoor.Sample) int64 { return s.Resident })
	switch {
	case s.Of(scene.Many).Over != "":
		return check.Fail("It was ended after %d collects: %s.", s.Of(scene.Many).Asked, s.Of(scene.Many).Over)
	case !told:
		return check.Pass(tooFew)
	case by > max(someMemory, from*3/10):
		return check.Fail("It grew by %d MB in the second half of %d collects.", megabytes(by), s.Of(scene.Many).Asked)
	}
	return check.Pass("")
}

func descriptors(s *scene.Scenes) check.Finding {
	samples := s.Of(scene.Many).Samples
	most := samples[len(samples)-1].Slots
	_, by, _ := grown(s.Of(scene.Many).Samples, func(s frontdoor.Sample) int64 { return int64(s.Descriptors) })
	switch {
	case by > someDescriptors:
		return check.Fail("After many collects it has %d more than after a few.", by)
	case most > mostDescriptors:
		return check.Fail("It had more than %d at a time.", most/2)
	}
	return check.Pass("It never had more than %d.", most)
}

func threads(s *scene.Scenes) check.Finding {
	if _, by, _ := grown(s.Of(scene.Many).Samples,
		func(s frontdoor.Sample) int64 { return int64(s.Threads) }); by > someThreads {
		return check.Fail("After many collects it has %d more than after a few.", by)
	}
	return check.Pass("")
}

func processor(s *scene.Scenes) check.Finding {
	if used := s.Of(scene.Many).Dearest; used > mostProcessor {
		return check.Fail("One used %v.", round(used))
	}
	return check.Pass("None used more than %v.", round(s.Of(scene.Many).Dearest))
}

func idle(s *scene.Scenes) check.Finding {
	samples := s.Of(scene.Many).Samples
	used := samples[len(samples)-1].Processor - samples[len(samples)-2].Processor
	if used > mostIdle {
		return check.Fail("It used %v of half a second.", round(used))
	}
	return check.Pass("It used %v of half a second.", round(used))
}
