package checks

import (
	"slices"

	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/scene"
)

// description returns the checks of the answer to Describe.
func description() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"PLUG-2"}, Of: inScenes(scene.Good),
		From: scene.Described}, []Check{
		{ID: "describe.answers", Serves: []string{"PLUG-1"}, From: scene.Handshaken, Judge: answers,
			Holds: "The plugin answers Describe within ten seconds.",
			Why:   "It is the host's first call; without an answer there is no cycle."},
		{ID: "describe.size", Serves: []string{"SEND-5"}, From: scene.Handshaken, Judge: describeSize,
			Holds: "The answer to Describe has at most 1 MiB, and its headers and trailers at most 64 KiB.",
			Why:   "The host accepts no larger message, and no larger headers."},
		{ID: "describe.soon", Level: recommended, Serves: []string{"SEND-5"}, Of: starts(), Judge: describeSoon,
			Holds: "The plugin answers Describe within two seconds, or ten times the start time of a process.",
			Why:   "Nothing has to be read for it: sources are for Collect."},
		{ID: "describe.product", Serves: []string{"PLUG-1"}, Judge: describedProduct,
			Holds: "The plugin names the product in whose folder it is installed.",
			Why:   "The host refuses the plugin of another product."},
		{ID: "describe.version", Judge: describedVersion,
			Holds: "The plugin reports its own version, in the form of a version.",
			Why:   "The document names it; anything else is replaced by `other`."},
		{ID: "describe.profile", Serves: []string{"ANON-1", "PLUG-2"}, Judge: describedProfile,
			Holds: "The plugin was built with the installed version of the profile.",
			Why:   "A field that only one of two versions has is not sent."},
		{ID: "describe.categories", Serves: []string{"CAT-*"}, Judge: describedCategories,
			Holds: "The plugin describes the categories of the profile, and no other.",
			Why:   "Only the profile was approved."},
		{ID: "describe.fields", Serves: []string{"CAT-*", "ANON-1"}, Judge: describedFields,
			Holds: "The plugin describes the fields of the profile with their kinds, and no other.",
			Why:   "A field of another kind would be treated differently than its author expects."},
		{ID: "describe.stable", Of: described(), From: scene.Started, Judge: describedAgain,
			Holds: "The plugin describes itself in the same way at each start.",
			Why:   "A plugin is approved for the data that it describes."},
		{ID: "describe.repeated", Of: scene.Starts(), Plays: scene.Starts(), From: scene.Started,
			Judge: describedTwiceAlike,
			Holds: "Asked again in one process, the plugin describes itself in the same way, or refuses and keeps " +
				"running.",
			Why: "What it describes must not depend on who asks, or on how often."},
		{ID: "describe.unconfigured", Of: inScenes(scene.Unconfigured), From: scene.Handshaken,
			Judge: describedUnconfigured,
			Holds: "The plugin describes itself even if no source is configured.",
			Why:   "A source that is not configured costs its own categories, not the whole document."},
	})
}

func answers(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	switch err := r.DescribeErr; {
	case r.Excess != "":
		return skipped("The suite killed it, because it used too many resources.")
	case sizeFault(err):
		return skipped("The answer was too large to be read.")
	case r.Crashed() && r.Stage < scene.Described:
		return fail("The plugin exited during the call: %s.", r.Died)
	case err != nil:
		return fail("After %v, %s.", round(r.DescribeTook), callFailed(err))
	}
	return pass("")
}

func describeSize(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	switch {
	case sizeFault(r.DescribeErr):
		return fail("The plugin was asked to describe itself, and %s.", callFailed(r.DescribeErr))
	case r.DescribeErr != nil:
		return skipped("There was no answer.")
	}
	return pass("It has %d bytes.", proto.Size(r.Description))
}

func describeSoon(s *scene.Scenes) Finding {
	took := min(s.Of(scene.Good).DescribeTook, s.Of(scene.Again).DescribeTook)
	if took > soonEnough(s) {
		return fail("It took %v.", round(took))
	}
	return pass("It took %v.", round(took))
}

func describedProduct(s *scene.Scenes) Finding {
	if s.Of(scene.Good).Description.GetProduct() != s.Product.Profile.ID {
		return fail("It names another product, or no product.")
	}
	return pass("")
}

func describedVersion(s *scene.Scenes) Finding {
	reported := s.Of(scene.Good).Description.GetPluginVersion()
	if reported == "" {
		return fail("It reports no version.")
	}
	if anonymize.Version(usage.Raw(reported)) == kind.Other {
		return fail("The reported version, %d characters, does not have the form of a version.", len(reported))
	}
	return pass("It is %s.", reported)
}

func describedProfile(s *scene.Scenes) Finding {
	built, installed := s.Of(scene.Good).Description.GetProfileVersion(), s.Product.Profile.Version
	if int(built) != installed {
		return fail("It was built with version %d; version %d is installed.", built, installed)
	}
	return pass("It is version %d.", installed)
}

func describedCategories(s *scene.Scenes) Finding {
	described := s.Of(scene.Good).Description.GetCategories()
	var problems []string
	for _, c := range s.Product.Profile.Categories {
		named := func(d *pluginpb.CategoryDescription) bool { return d.GetName() == c.Name }
		if !slices.ContainsFunc(described, named) {
			problems = append(problems, "not described: "+c.Name)
		}
	}
	for _, d := range described {
		if _, known := s.Product.Profile.Find(d.GetName()); !known {
			problems = append(problems, "a category is described that is not in the profile")
		}
	}
	return failIfAny(append(problems, describedTwice(described)...), "The description and the profile differ.")
}

func describedFields(s *scene.Scenes) Finding {
	var problems []string
	for _, d := range s.Of(scene.Good).Description.GetCategories() {
		if c, known := s.Product.Profile.Find(d.GetName()); known {
			problems = append(problems, fieldsDiffer(c.Name, c.Fields, d.GetFields())...)
		}
	}
	return failIfAny(problems, "The description and the profile differ.")
}

func fieldsDiffer(where string, declared []profile.Field, described []*pluginpb.FieldDescription) (problems []string) {
	find := func(name string) *pluginpb.FieldDescription {
		i := slices.IndexFunc(described, func(d *pluginpb.FieldDescription) bool { return d.GetName() == name })
		if i < 0 {
			return nil
		}
		return described[i]
	}
	for _, f := range declared {
		name := where + "." + f.Name
		switch d := find(f.Name); {
		case d == nil:
			problems = append(problems, name+" is not described")
		case d.GetKind() != string(f.Kind):
			problems = append(problems, name+" is described with another kind than "+string(f.Kind))
		default:
			problems = append(problems, fieldsDiffer(name, f.Fields, d.GetFields())...)
		}
	}
	seen := map[string]bool{}
	for _, d := range described {
		if seen[d.GetName()] {
			problems = append(problems, where+" is described with a field twice")
		}
		seen[d.GetName()] = true
		if !slices.ContainsFunc(declared, func(f profile.Field) bool { return f.Name == d.GetName() }) {
			problems = append(problems, where+" is described with a field that the profile does not have")
		}
	}
	return problems
}

// described returns scenes that describe the plugin, each in a process of its own and with other
// sources.
func described() []scene.Name {
	return append(inScenes(scene.Good, scene.Again, scene.OtherHour, scene.Misled, scene.Twice, scene.Unconfigured,
		scene.Silent, scene.Many), scene.Starts()...)
}

func describedAgain(s *scene.Scenes) Finding {
	good := s.Of(scene.Good)
	if good.Stage < scene.Described {
		return skipped("It did not describe itself.")
	}
	starts, other, crashed := 0, 0, 0
	for _, name := range described() {
		r := s.Of(name)
		switch {
		case r.Stage >= scene.Described && !proto.Equal(good.Description, r.Description):
			other++
		case r.Stage < scene.Described && r.Crashed():
			crashed++
		case r.Stage < scene.Described:
			continue // the machine was too busy, or another check judges its error
		}
		starts++
	}
	switch {
	case other > 0:
		return fail("Of %d starts, %d describe themselves differently than the first.", starts, other)
	case crashed > 0:
		return fail("Of %d starts, %d exited before they described themselves.", starts, crashed)
	}
	return pass("%d starts describe themselves alike.", starts)
}

// describedTwiceAlike compares the two answers of each process.
func describedTwiceAlike(s *scene.Scenes) Finding {
	if failed(describedAgain(s)) {
		return skipped("It describes itself differently at each start.")
	}
	asked := 0
	for _, name := range scene.Starts() {
		r := s.Of(name)
		switch {
		case r.Stage < scene.Described:
			continue
		case r.RedescribedErr != nil && r.Crashed():
			return fail("Asked again, the plugin exited: %s.", r.Died)
		case r.RedescribedErr == nil && !proto.Equal(r.Description, r.Redescribed):
			return fail("The second answer of a process differs from the first.")
		}
		asked++
	}
	if asked == 0 {
		return skipped("It did not describe itself at a start.")
	}
	return pass("%d processes were asked twice.", asked)
}

func describedUnconfigured(s *scene.Scenes) Finding {
	switch r := s.Of(scene.Unconfigured); {
	case r.Crashed() && r.Stage < scene.Described:
		return fail("The plugin exited during the call: %s.", r.Died)
	case r.DescribeErr != nil:
		return fail("The plugin was asked to describe itself, and %s.", callFailed(r.DescribeErr))
	}
	return pass("")
}
