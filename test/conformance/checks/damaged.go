package checks

import (
	"fmt"
	"slices"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// harmed are the scenes in which sources are damaged.
func harmed() []scene.Name { return []scene.Name{scene.Missing, scene.Empty, scene.Garbage} }

// mayBeZero is for what is of the moment, which may come to nothing by itself, and for the size of empty files.
func mayBeZero(name scene.Name, f profile.Field) bool {
	return f.OfTheMoment() || name == scene.Empty && f.Unit == "bytes"
}

// invented looks for zeros where a healthy product has none.
func invented(s *scene.Scenes) check.Finding {
	was := check.Values(s.Product.Profile, s.Of(scene.Good).Collect).Leaves
	var problems []string
	for _, name := range harmed() {
		for _, leaf := range check.Values(s.Product.Profile, s.Of(name).Collect).Leaves {
			i := slices.IndexFunc(was, func(w check.Leaf) bool { return w.Name == leaf.Name })
			if i >= 0 && !mayBeZero(name, leaf.Field) && isZero(leaf) && !isZero(was[i]) {
				problems = append(problems, fmt.Sprintf("scene %s: %s is 0, and is not on a healthy product", name, leaf.Name))
			}
		}
	}
	return check.None(problems, "Some zeros are invented.")
}

func isZero(l check.Leaf) bool {
	n, is := l.Number()
	return is && n == 0
}

// mistaken looks for values that the host would not take.
func mistaken(s *scene.Scenes) check.Finding {
	if len(untaken(s, scene.Good)) > 0 {
		return unseen("On a healthy product there are some, too.")
	}
	var problems []string
	for _, name := range harmed() {
		problems = append(problems, untaken(s, name)...)
	}
	return check.None(problems, "Some values are not.")
}

// untaken are those of which nothing would leave, by the host's own treatment. What is not set says that it is not
// known.
func untaken(s *scene.Scenes, name scene.Name) (problems []string) {
	for _, leaf := range sentIn(s, name).Leaves {
		if leaf.Value.GetIs() != nil && !leaves(leaf) {
			problems = append(problems, fmt.Sprintf("scene %s: %s is no %s, or not in its range", name, leaf.Name,
				leaf.Field.Kind))
		}
	}
	return problems
}
