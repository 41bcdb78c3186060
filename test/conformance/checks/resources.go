package checks

import (
	"time"

	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// Limits of a plugin, as documented in core/wire/README.md.
const (
	mostDescriptors = 256
	mostProcessor   = time.Second
	mostIdle        = 50 * time.Millisecond
)

// resources returns the checks of the resources that the plugin uses, in one collect and in many.
func resources() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"SEND-5"}, Of: inScenes(scene.Good, scene.Many),
		From: scene.Collected}, []Check{
		{ID: "resources.memory", Of: inScenes(scene.Good), From: scene.Handshaken, Judge: memoryPeak,
			Holds: "The plugin never uses more memory than its profile allows.",
			Why:   "The host kills a plugin that does."},
		{ID: "resources.repeats", Serves: []string{"PLUG-1"}, Plays: inScenes(scene.Many), Judge: repeats,
			Holds: "Asked repeatedly in one process, the plugin collects each time.",
			Why:   "A failure in the tenth collect has a cause that exists in the first."},
		{ID: "resources.leak", Judge: leak,
			Holds: "Its memory does not grow with the number of collects.",
			Why:   "Memory that grows without need also grows with the product."},
		{ID: "resources.descriptors", Judge: descriptors,
			Holds: "It never has more than 256 descriptors open, nor more after many collects than after a few.",
			Why:   "Descriptors must be closed, and the host's limit is 256."},
		{ID: "resources.threads", Judge: threads,
			Holds: "It has no more threads after many collects than after a few.",
			Why:   "A thread that waits forever was forgotten; the host kills a plugin that has 512."},
		{ID: "resources.processor", Level: recommended, Judge: processor,
			Holds: "No collect uses more than a second of processor time.",
			Why:   "The product needs the processor."},
		{ID: "resources.idle", Level: recommended, Judge: idle,
			Holds: "While it is not asked for anything, it uses no processor time.",
			Why:   "Work that no one asked for takes processor time from the product."},
	})
}

func memoryPeak(s *scene.Scenes) Finding {
	most, peak := s.Product.Profile.Limits.MemoryLimit(), int64(0)
	for _, name := range acted() {
		r := s.Of(name)
		if name != scene.Many && r.Excess != "" {
			return fail("The suite killed it in the scene %s: %s.", name, r.Excess)
		}
		if r.Stage < scene.Collected {
			continue
		}
		for _, sample := range r.Samples {
			if peak = max(peak, sample.Peak); peak > most {
				return fail("In the scene %s it used %d MB; the profile allows %d MB.", name, megabytes(peak),
					megabytes(most))
			}
		}
	}
	if s.Of(scene.Good).Stage < scene.Collected {
		return skipped("It did not collect.")
	}
	return pass("It used at most %d MB of %d MB.", megabytes(peak), megabytes(most))
}

func megabytes(bytes int64) int64 { return bytes >> 20 }

func repeats(s *scene.Scenes) Finding {
	r := s.Of(scene.Many)
	switch {
	case r.Excess != "":
		return skipped("The suite killed it, because it used too many resources.")
	case len(r.More) > 0 && r.More[0].Err != nil:
		return fail("At collect number %d, %s.", r.Asked+1, callFailed(r.More[0].Err))
	case wholly(s, r) && len(r.More) > 0 && !whole(s, r.More[0]):
		return fail("Collect number %d was not complete.", r.Asked+1)
	}
	return pass("It collected %d times.", r.Asked+1)
}

const tooFew = "It collected too slowly: there were too few collects to find growth."

func leak(s *scene.Scenes) Finding {
	from, by, enough := grown(s.Of(scene.Many).Samples, func(s frontdoor.Sample) int64 { return s.Resident })
	switch {
	case s.Of(scene.Many).Excess != "":
		return fail("The suite killed it after %d collects: %s.", s.Of(scene.Many).Asked, s.Of(scene.Many).Excess)
	case !enough:
		return pass(tooFew)
	case by > max(someMemory, from*3/10):
		return fail("It grew by %d MB in the second half of %d collects.", megabytes(by), s.Of(scene.Many).Asked)
	}
	return pass("")
}

func descriptors(s *scene.Scenes) Finding {
	samples := s.Of(scene.Many).Samples
	most := samples[len(samples)-1].Slots
	_, by, _ := grown(s.Of(scene.Many).Samples, func(s frontdoor.Sample) int64 { return int64(s.Descriptors) })
	switch {
	case by > someDescriptors:
		return fail("It has %d more after many collects than after a few.", by)
	case most > mostDescriptors:
		return fail("It had more than %d open at a time.", most/2)
	}
	return pass("It never had more than %d open.", most)
}

func threads(s *scene.Scenes) Finding {
	if _, by, _ := grown(s.Of(scene.Many).Samples,
		func(s frontdoor.Sample) int64 { return int64(s.Threads) }); by > someThreads {
		return fail("It has %d more after many collects than after a few.", by)
	}
	return pass("")
}

func processor(s *scene.Scenes) Finding {
	usual := used(s.Of(scene.Good)) // with the start
	for _, name := range failing() {
		if more := used(s.Of(name)) - usual; more > mostProcessor {
			return fail("In the scene %s it used %v more than on a healthy product.", name, round(more))
		}
	}
	if used := s.Of(scene.Many).MaxProcessor; used > mostProcessor {
		return fail("A collect used %v.", round(used))
	}
	return pass("No collect used more than %v.", round(s.Of(scene.Many).MaxProcessor))
}

// used returns the processor time up to the end of the first collect of a scene.
func used(r *scene.Recording) time.Duration {
	if r.Stage < scene.Collected || len(r.Samples) == 0 {
		return 0
	}
	return r.Samples[0].Processor
}

// failing returns the scenes in which a plugin may try again and again.
func failing() []scene.Name {
	return inScenes(scene.Missing, scene.Empty, scene.Garbage, scene.Silent, scene.Unreachable)
}

func idle(s *scene.Scenes) Finding {
	samples := s.Of(scene.Many).Samples
	used := samples[len(samples)-1].Processor - samples[len(samples)-2].Processor
	if used > mostIdle {
		return fail("It used %v of half a second.", round(used))
	}
	return pass("It used %v of half a second.", round(used))
}

// Random variation permitted between two quarters of many collects; memory may also vary by three
// tenths.
const (
	someMemory      = 4 << 20
	someDescriptors = 8
	someThreads     = 12
)

// grown returns the difference between the minimum of the last quarter and the minimum of the
// second, or 0 if the growth is not steady. The first quarter is for warming up, and the minimum is
// not affected by garbage that is soon collected. If there are too few samples, enough is false.
func grown(samples []frontdoor.Sample, of func(frontdoor.Sample) int64) (from, by int64, enough bool) {
	quarter := len(samples) / 4
	if quarter < 2 {
		return 0, 0, false
	}
	from, between := least(samples[quarter:2*quarter], of), least(samples[2*quarter:3*quarter], of)
	by = least(samples[len(samples)-quarter:], of) - from
	if rose := between - from; rose < by/4 || rose > by*3/4 {
		return from, 0, true
	}
	return from, by, true
}

func least(samples []frontdoor.Sample, of func(frontdoor.Sample) int64) int64 {
	n := of(samples[0])
	for _, sample := range samples[1:] {
		n = min(n, of(sample))
	}
	return n
}
