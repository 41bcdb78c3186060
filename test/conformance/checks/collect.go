package checks

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// stream returns the checks of the stream that answers Collect, whatever its content.
func stream() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"CAT-*"}, Of: inScenes(scene.Good),
		From: scene.Collected}, []Check{
		{ID: "collect.early", Serves: []string{"PLUG-1"}, Of: inScenes(scene.Undescribed),
			Plays: inScenes(scene.Undescribed), From: scene.Handshaken, Judge: early,
			Holds: "If Collect is called before Describe, the plugin refuses the call and keeps running.",
			Why:   "It does not yet know its sources."},
		{ID: "collect.ends", Serves: []string{"CAT-*", "SEND-5"}, Plays: inScenes(scene.Good), From: scene.Described,
			Judge: ends,
			Holds: "The stream ends within the profile's limit, without an error.",
			Why:   "Data that has not arrived by then is lost for this hour."},
		{ID: "collect.size", Serves: []string{"SEND-4", "SEND-5"}, From: scene.Described, Judge: messageSize,
			Holds: "No message of the stream is larger than 1 MiB, and its headers and trailers have at most 64 KiB.",
			Why:   "The host accepts no larger message, and no larger headers."},
		{ID: "collect.wire", Serves: []string{"PLUG-1"}, From: scene.Described, Judge: readable,
			Holds: "Every message can be decoded: it follows the protocol, text is UTF-8, and nesting is bounded.",
			Why:   "A message that cannot be decoded ends the cycle."},
		{ID: "collect.single", Serves: []string{"ANON-1", "PLUG-1"}, From: scene.Described, Judge: noRepeats,
			Holds: "No message has a field, a member of a choice or a key of a map twice.",
			Why:   "A decoder keeps one of the two without an error, and which one is right is unknown."},
		{ID: "collect.steps", Serves: []string{"PLUG-1"}, From: scene.Described, Judge: steps,
			Holds: "Every step of the stream is a category or the end.",
			Why:   "The host stops reading at any other."},
		{ID: "collect.once", From: scene.Described, Judge: once,
			Holds: "Each category is sent once.",
			Why:   "The host cannot know which of the two is right, and stops reading."},
		{ID: "collect.declared", Serves: []string{"ANON-1"}, From: scene.Described, Judge: declared,
			Holds: "Only categories of the profile are sent.",
			Why:   "Data outside the profile does not leave the appliance; the host stops reading."},
		{ID: "collect.complete", Judge: complete,
			Holds: "Every category of the profile is sent or reported as missing.",
			Why:   "A category that is not mentioned counts as lost."},
		{ID: "collect.leftout", Serves: []string{"PLUG-1"}, Of: inScenes(scene.Good, scene.LeftOut),
			Plays: inScenes(scene.LeftOut), From: scene.Started, Judge: leftOut,
			Holds: "If the administrator leaves out the optional categories, the plugin sends only the others, and " +
				"all of them.",
			Why: "A category that is left out must not be read. The host drops one that comes all the same."},
		{ID: "collect.end", Judge: ended,
			Holds: "The last step is the end, and counts the categories that were sent.",
			Why:   "A truncated stream must not be taken for a complete one."},
		{ID: "collect.after", Serves: []string{"PLUG-1"}, Judge: afterTheEnd,
			Holds: "Nothing follows the end.",
			Why:   "The host rejects a stream that goes on after its end."},
		{ID: "collect.memory", Serves: []string{"SEND-5"}, Judge: remembered,
			Holds: "The carryover for the next cycle is at most 256 KiB.",
			Why:   "The host discards a larger one."},
		{ID: "collect.counters", Serves: []string{"ANON-1", "PLUG-1"}, Judge: counted,
			Holds: "Each counter for the next cycle is declared in the profile and is not negative, " +
				"also after absurd ones.",
			Why: "The host drops any other, so the next cycle does not know it."},
		{ID: "collect.growth", Serves: []string{"SEND-5"}, Judge: growing,
			Holds: "On a product that does not change, the carryover does not grow from cycle to cycle.",
			Why:   "One that grows reaches the limit, and from then on the host discards it."},
	})
}

func early(s *scene.Scenes) Finding {
	r := s.Of(scene.Undescribed)
	switch {
	case r.Crashed():
		return fail("The plugin exited after the call: %s.", r.Died)
	case len(r.More) == 0 || r.More[0].Err == nil:
		return fail("It collected without knowing its sources.")
	case frontdoor.CauseOf(r.More[0].Err) != frontdoor.Refused || status.Code(r.More[0].Err) == codes.DeadlineExceeded:
		return fail("It did not refuse the call: %s.", callFailed(r.More[0].Err))
	case !alive(r.HealthErr):
		return fail("After the call its health service was called, and %s.", callFailed(r.HealthErr))
	}
	return pass("It answered %s.", status.Code(r.More[0].Err))
}

// alive reports whether the health service answered, whatever its answer was.
func alive(err error) bool {
	switch frontdoor.CauseOf(err) {
	case frontdoor.Unreached, frontdoor.Broken, frontdoor.Late:
		return false
	}
	return true
}

// sizeFault reports whether a call failed because of the size of a message or of its headers.
func sizeFault(err error) bool {
	cause := frontdoor.CauseOf(err)
	return cause == frontdoor.TooLarge || cause == frontdoor.Headers
}

func ends(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	switch err := r.Collect.Err; {
	case r.Excess != "":
		return skipped("The suite killed it, because it used too many resources.")
	case err == nil:
		return pass("It took %v.", round(r.CollectTook))
	case r.Crashed():
		return fail("The plugin exited during the collect, at step %d: %s.", r.Collect.Count+1, r.Died)
	case sizeFault(err) || frontdoor.CauseOf(err) == frontdoor.Undecodable || badSteps(s):
		return skipped("A message or a step could not be read.")
	}
	return fail("At step %d, after %v, %s.", r.Collect.Count+1, round(r.CollectTook), callFailed(r.Collect.Err))
}

// badSteps reports whether the stream has invalid or too many steps; an endless stream ends at the
// deadline.
func badSteps(s *scene.Scenes) bool {
	c := s.Of(scene.Good).Collect
	return len(undeclared(s, c)) > 0 || len(twice(c)) > 0 || c.Count > frontdoor.MaxSteps
}

func messageSize(s *scene.Scenes) Finding {
	if r := s.Of(scene.Good); sizeFault(r.Collect.Err) {
		return fail("At step %d, %s.", r.Collect.Count+1, callFailed(r.Collect.Err))
	}
	return pass("")
}

func readable(s *scene.Scenes) Finding {
	if r := s.Of(scene.Good); frontdoor.CauseOf(r.Collect.Err) == frontdoor.Undecodable {
		return fail("At step %d, %s.", r.Collect.Count+1, callFailed(r.Collect.Err))
	}
	return pass("")
}

func steps(s *scene.Scenes) Finding {
	if at := emptyStep(s.Of(scene.Good).Collect); at > 0 {
		return fail("Step %d is empty.", at)
	}
	return pass("")
}

// emptyStep returns the number of the first empty step, or 0 if there is none.
func emptyStep(c frontdoor.Collected) int {
	return 1 + slices.IndexFunc(c.Steps, func(step *pluginpb.CollectResponse) bool { return step.GetStep() == nil })
}

func once(s *scene.Scenes) Finding {
	return failIfAny(twice(s.Of(scene.Good).Collect), "Some categories were sent twice.")
}

func twice(c frontdoor.Collected) (names []string) {
	seen := map[string]int{}
	for _, step := range c.Steps {
		if category := step.GetCategory(); category != nil {
			if seen[category.GetName()]++; seen[category.GetName()] == 2 {
				names = append(names, fmt.Sprintf("category number %d of the stream", len(seen)))
			}
		}
	}
	return names
}

func declared(s *scene.Scenes) Finding {
	return failIfAny(undeclared(s, s.Of(scene.Good).Collect), "A category that the profile does not have was sent.")
}

func undeclared(s *scene.Scenes, c frontdoor.Collected) (found []string) {
	for i, step := range c.Steps {
		category, is := step.GetStep().(*pluginpb.CollectResponse_Category)
		if !is {
			continue
		}
		if _, known := s.Product.Profile.Find(category.Category.GetName()); !known {
			found = append(found, fmt.Sprintf("step %d: a category that the profile does not have", i+1))
		}
	}
	return found
}

func complete(s *scene.Scenes) Finding {
	c := s.Of(scene.Good).Collect
	if !sound(s, c) {
		return skipped("The stream is not correct.")
	}
	return failIfAny(unmentioned(s, c), "Some categories are neither sent nor reported as missing.")
}

// sound reports whether the stream is correct; if it is not, another check fails.
func sound(s *scene.Scenes, c frontdoor.Collected) bool {
	return scene.End(c) != nil && miscounted(c) == "" && len(twice(c)) == 0 && len(undeclared(s, c)) == 0 &&
		emptyStep(c) == 0
}

func unmentioned(s *scene.Scenes, c frontdoor.Collected) (names []string) {
	sent := scene.Categories(c)
	for _, category := range s.Product.Profile.Categories {
		if sent[category.Name] == nil {
			names = append(names, category.Name)
		}
	}
	return names
}

func leftOut(s *scene.Scenes) Finding {
	optional, r := s.Product.Profile.Optional(), s.Of(scene.LeftOut)
	switch {
	case len(optional) == 0:
		return notApplicable("Its profile has no optional category.")
	case s.Of(scene.Good).Stage < scene.Collected || !sound(s, s.Of(scene.Good).Collect):
		return skipped("The stream is not correct if nothing is left out either.")
	case r.Stage < scene.Collected:
		return fail("It did not collect: %s.", ending(r))
	case !sound(s, r.Collect):
		return fail("The stream is not correct.").with(miscounted(r.Collect))
	}
	var problems []string
	sent := scene.Categories(r.Collect)
	for _, c := range s.Product.Profile.Categories {
		switch {
		case c.Optional && sent[c.Name] != nil:
			problems = append(problems, c.Name+" is left out, and sent")
		case !c.Optional && sent[c.Name] == nil && scene.Categories(s.Of(scene.Good).Collect)[c.Name] != nil:
			problems = append(problems, c.Name+" is not left out, and not sent")
		}
	}
	return failIfAny(problems, "The categories %s were left out.", strings.Join(optional, ", "))
}

func ended(s *scene.Scenes) Finding {
	c := s.Of(scene.Good).Collect
	switch {
	case len(twice(c)) > 0 || len(undeclared(s, c)) > 0 || emptyStep(c) > 0:
		return skipped("The categories cannot be counted.")
	case scene.End(c) == nil:
		return fail("The stream has no end step.")
	case miscounted(c) != "":
		return fail("%s", miscounted(c))
	}
	return pass("It counts %d categories.", scene.End(c).GetCategories())
}

// miscounted describes how the first end step's count differs from the steps before it, or returns
// "" if they agree.
func miscounted(c frontdoor.Collected) string {
	before := 0
	for _, step := range c.Steps {
		if end := step.GetEnd(); end != nil && int(end.GetCategories()) != before {
			return fmt.Sprintf("It counts %d categories; %d were sent before it.", end.GetCategories(), before)
		} else if end != nil {
			return ""
		}
		before++
	}
	return ""
}

func afterTheEnd(s *scene.Scenes) Finding {
	c := s.Of(scene.Good).Collect
	i := slices.IndexFunc(c.Steps, func(step *pluginpb.CollectResponse) bool { return step.GetEnd() != nil })
	switch after := len(c.Steps) - 1 - i; {
	case i < 0 || miscounted(c) != "":
		return skipped("The stream has no correct end step.")
	case after > 0:
		return fail("%d steps follow the end.", after)
	}
	return pass("")
}

func remembered(s *scene.Scenes) Finding {
	bytes := len(scene.End(s.Of(scene.Good).Collect).GetMemory())
	if bytes > wire.MaxCarryover {
		return fail("The carryover has %d bytes.", bytes)
	}
	return pass("The carryover has %d bytes.", bytes)
}

// counted judges each scene in which counters are given, as far as the plugin collected in it.
func counted(s *scene.Scenes) Finding {
	declared, most := s.Product.Profile.CounterNames(), 0
	for _, name := range append(scene.Later(), scene.Misled) {
		r := s.Of(name)
		if r.Broke != nil {
			return notPlayed(r)
		}
		counters := scene.End(r.Collect).GetCounters()
		if undeclared, negative := uncounted(counters, declared); undeclared+negative > 0 {
			return fail("In the scene %s, %d counters are not declared and %d are negative.", name, undeclared,
				negative)
		}
		most = max(most, len(counters))
	}
	if most+len(declared) == 0 {
		return notApplicable("It keeps no counters.")
	}
	return pass("It keeps %d of %d declared counters.", most, len(declared))
}

// notPlayed returns the finding of a check for which a scene that it asks for itself broke.
func notPlayed(r *scene.Recording) Finding {
	if errors.Is(r.Broke, scene.ErrInterrupted) {
		return skipped(Interrupted)
	}
	return Finding{Outcome: result.Error, Says: fmt.Sprintf("scene %s: %v", r.Scene, r.Broke)}
}

// uncounted returns how many of the counters a host does not keep.
func uncounted(counters map[string]int64, declared []string) (undeclared, negative int) {
	for name, number := range counters {
		switch {
		case !slices.Contains(declared, name):
			undeclared++
		case number < 0:
			negative++
		}
	}
	return undeclared, negative
}

// muchGrowth is more than a number in the carryover grows by, in bytes.
const muchGrowth = 8

func growing(s *scene.Scenes) Finding {
	if len(scene.End(s.Of(scene.Good).Collect).GetMemory()) == 0 {
		return notApplicable("It has no carryover.")
	}
	var sizes []int
	grew := true
	for i, name := range scene.Later() {
		r := s.Of(name)
		if r.Broke != nil {
			return notPlayed(r)
		} else if r.Stage < scene.Collected {
			return skipped("It did not collect each time.")
		}
		sizes = append(sizes, len(scene.End(r.Collect).GetMemory()))
		grew = grew && (i == 0 || sizes[i] >= sizes[i-1]+muchGrowth)
	}
	if grew {
		return fail("In %d cycles the carryover grew each time: %d bytes.", len(sizes), sizes)
	}
	return pass("The carryover has %d bytes after %d cycles.", sizes[len(sizes)-1], len(sizes))
}
