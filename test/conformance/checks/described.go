package checks

import (
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

func answers(s *scene.Scenes) check.Finding {
	switch err := s.Of(scene.Good).DescribeErr; {
	case s.Of(scene.Good).Over != "":
		return unseen("It was ended for what it took.")
	case status.Code(err) == codes.ResourceExhausted:
		return unseen("The answer was too large to be read.")
	case err != nil:
		return check.Fail("%s.", code(err))
	}
	return check.Pass("")
}

func describeSize(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Good)
	switch {
	case status.Code(r.DescribeErr) == codes.ResourceExhausted:
		return check.Fail("It is larger.")
	case r.DescribeErr != nil:
		return unseen("There was no answer.")
	}
	return check.Pass("It has %d bytes.", proto.Size(r.Description))
}

func describeSoon(s *scene.Scenes) check.Finding {
	took := min(s.Of(scene.Good).DescribeTook, s.Of(scene.Again).DescribeTook)
	if took > soonEnough(s) {
		return check.Fail("It took %v.", round(took))
	}
	return check.Pass("It took %v.", round(took))
}

func describedProduct(s *scene.Scenes) check.Finding {
	if s.Of(scene.Good).Description.GetProduct() != s.Product.Profile.ID {
		return check.Fail("It says that it is another product's, or none's.")
	}
	return check.Pass("")
}

func describedVersion(s *scene.Scenes) check.Finding {
	told := s.Of(scene.Good).Description.GetPluginVersion()
	if told == "" {
		return check.Fail("It tells none.")
	}
	if anonymize.Version(usage.Raw(told)) == kind.Other {
		return check.Fail("What it tells, %d characters, has not the shape of a version.", len(told))
	}
	return check.Pass("It is %s.", told)
}

func describedProfile(s *scene.Scenes) check.Finding {
	built, installed := s.Of(scene.Good).Description.GetProfileVersion(), s.Product.Profile.Version
	if int(built) != installed {
		return check.Fail("It was built with version %d; installed is version %d.", built, installed)
	}
	return check.Pass("It is version %d.", installed)
}

func describedCategories(s *scene.Scenes) check.Finding {
	described := s.Of(scene.Good).Description.GetCategories()
	var problems []string
	for _, c := range s.Product.Profile.Categories {
		if !slices.ContainsFunc(described, func(d *pluginpb.CategoryDescription) bool { return d.GetName() == c.Name }) {
			problems = append(problems, "not described: "+c.Name)
		}
	}
	for _, d := range described {
		if _, known := s.Product.Profile.Find(d.GetName()); !known {
			problems = append(problems, "described, and not in the profile: another category")
		}
	}
	return check.None(problems, "The two differ.")
}

func describedFields(s *scene.Scenes) check.Finding {
	var problems []string
	for _, d := range s.Of(scene.Good).Description.GetCategories() {
		if c, known := s.Product.Profile.Find(d.GetName()); known {
			problems = append(problems, fieldsDiffer(c.Name, c.Fields, d.GetFields())...)
		}
	}
	return check.None(problems, "The two differ.")
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
			problems = append(problems, name+" is described as another kind than "+string(f.Kind))
		default:
			problems = append(problems, fieldsDiffer(name, f.Fields, d.GetFields())...)
		}
	}
	for _, d := range described {
		if !slices.ContainsFunc(declared, func(f profile.Field) bool { return f.Name == d.GetName() }) {
			problems = append(problems, where+" is described with a field that the profile does not have")
		}
	}
	return problems
}

func describedAgain(s *scene.Scenes) check.Finding {
	if !proto.Equal(s.Of(scene.Good).Description, s.Of(scene.Again).Description) {
		return check.Fail("Two starts describe themselves differently.")
	}
	return check.Pass("")
}

func describedUnconfigured(s *scene.Scenes) check.Finding {
	if err := s.Of(scene.Unconfigured).DescribeErr; err != nil {
		return check.Fail("%s.", code(err))
	}
	return check.Pass("")
}
