package checks

import (
	"fmt"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

func early(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Undescribed)
	switch {
	case r.Crashed() || status.Code(r.HealthErr) == codes.Unavailable:
		return check.Fail("It was gone after it: %s.", r.State)
	case len(r.More) == 0 || r.More[0].Err == nil:
		return check.Fail("It collected, from nobody knows where.")
	}
	return check.Pass("It answered %s.", status.Code(r.More[0].Err))
}

// ofMessages tells errors that the client makes of messages that it does not take.
func ofMessages(err error) bool {
	c := status.Code(err)
	return c == codes.ResourceExhausted || c == codes.Internal
}

func ends(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Good)
	switch {
	case r.Over != "":
		return unseen("It was ended for what it took.")
	case r.Collect.Err != nil && r.Crashed():
		return check.Fail("It ended while it collected: %s.", r.State)
	case r.Collect.Err != nil && !ofMessages(r.Collect.Err) && !wrongly(s):
		return check.Fail("%s after %v.", code(r.Collect.Err), round(r.CollectTook))
	case r.Collect.Err != nil:
		return unseen("A message or a step was none.")
	}
	return check.Pass("It took %v.", round(r.CollectTook))
}

// wrongly tells whether the stream has steps that it should not have: an endless one is broken off by the deadline.
func wrongly(s *scene.Scenes) bool {
	c := s.Of(scene.Good).Collect
	return len(undeclared(s, c)) > 0 || len(twice(c)) > 0 || c.Count > frontdoor.MaxSteps
}

func messageSize(s *scene.Scenes) check.Finding {
	if status.Code(s.Of(scene.Good).Collect.Err) == codes.ResourceExhausted {
		return check.Fail("A larger one came.")
	}
	return check.Pass("")
}

func readable(s *scene.Scenes) check.Finding {
	if status.Code(s.Of(scene.Good).Collect.Err) == codes.Internal {
		return check.Fail("Step %d can't be read.", s.Of(scene.Good).Collect.Count+1)
	}
	return check.Pass("")
}

func steps(s *scene.Scenes) check.Finding {
	if at := emptyStep(s.Of(scene.Good).Collect); at > 0 {
		return check.Fail("Step %d holds nothing.", at)
	}
	return check.Pass("")
}

// emptyStep is the number of the first; 0 where there is none.
func emptyStep(c frontdoor.Collected) int {
	return 1 + slices.IndexFunc(c.Steps, func(step *pluginpb.CollectResponse) bool { return step.GetStep() == nil })
}

func once(s *scene.Scenes) check.Finding {
	return check.None(twice(s.Of(scene.Good).Collect), "Some came twice.")
}

func twice(c frontdoor.Collected) (names []string) {
	seen := map[string]int{}
	for _, step := range c.Steps {
		if category := step.GetCategory(); category != nil {
			if seen[category.GetName()]++; seen[category.GetName()] == 2 {
				names = append(names, fmt.Sprintf("step of category number %d", len(seen)))
			}
		}
	}
	return names
}

func declared(s *scene.Scenes) check.Finding {
	return check.None(undeclared(s, s.Of(scene.Good).Collect), "Another one came.")
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

func complete(s *scene.Scenes) check.Finding {
	c := s.Of(scene.Good).Collect
	if !sound(s, c) {
		return unseen("The stream is not sound.")
	}
	return check.None(unheard(s, c), "Of some nothing was heard.")
}

// sound tells whether the stream is what it says it is; where it is not, another check fails.
func sound(s *scene.Scenes, c frontdoor.Collected) bool {
	return scene.End(c) != nil && miscounted(c) == "" && len(twice(c)) == 0 && len(undeclared(s, c)) == 0 &&
		emptyStep(c) == 0
}

func unheard(s *scene.Scenes, c frontdoor.Collected) (names []string) {
	sent := scene.Categories(c)
	for _, category := range s.Product.Profile.Categories {
		if sent[category.Name] == nil {
			names = append(names, category.Name)
		}
	}
	return names
}

func ended(s *scene.Scenes) check.Finding {
	c := s.Of(scene.Good).Collect
	switch {
	case len(twice(c)) > 0 || len(undeclared(s, c)) > 0 || emptyStep(c) > 0:
		return unseen("What was sent can't be counted.")
	case scene.End(c) == nil:
		return check.Fail("There is no end.")
	case miscounted(c) != "":
		return check.Fail("%s", miscounted(c))
	}
	return check.Pass("It counts %d categories.", scene.End(c).GetCategories())
}

// miscounted says how the first end counts otherwise than what came before it; empty where it does not.
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

func afterTheEnd(s *scene.Scenes) check.Finding {
	c := s.Of(scene.Good).Collect
	i := slices.IndexFunc(c.Steps, func(step *pluginpb.CollectResponse) bool { return step.GetEnd() != nil })
	switch after := len(c.Steps) - 1 - i; {
	case i < 0 || miscounted(c) != "":
		return unseen("There is no sound end.")
	case after > 0:
		return check.Fail("%d steps follow it.", after)
	}
	return check.Pass("")
}

func remembered(s *scene.Scenes) check.Finding {
	bytes := len(scene.End(s.Of(scene.Good).Collect).GetMemory())
	if bytes > wire.MaxMemory {
		return check.Fail("It asks for %d bytes.", bytes)
	}
	return check.Pass("It asks for %d bytes.", bytes)
}
