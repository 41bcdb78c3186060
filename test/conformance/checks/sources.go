package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// sources returns the checks of a plugin whose sources are damaged or missing.
func sources() []Check {
	damaged := inScenes(scene.Good, scene.Missing, scene.Empty, scene.Garbage)
	return withDefaults(Check{Level: required, Serves: []string{"CAT-*"}, Of: inScenes(scene.Good),
		From: scene.Collected}, []Check{
		{ID: "sources.read", Of: inScenes(scene.Good, scene.Missing), Judge: readSomething,
			Holds: "On a healthy product, something is read.",
			Why: "If a plugin gives only reasons, the other checks see nothing; perhaps the suite was given the " +
				"wrong root or no sources."},
		{ID: "sources.whole", Level: recommended, Judge: readAll,
			Holds: "On a healthy product, every category whose source is configured is read.",
			Why:   "A category that fails here fails everywhere."},
		{ID: "sources.healthy", Judge: healthy,
			Holds: "On a healthy product, no collector crashes or is late.",
			Why:   "The category would be lost every hour."},
		sourceCheck("sources.unconfigured", scene.Unconfigured, "no source is configured",
			"An administrator may configure none."),
		sourceCheck("sources.missing", scene.Missing, "there is no file and no server listens",
			"A component that is not installed is a reason, not a failure."),
		sourceCheck("sources.empty", scene.Empty, "every file is empty and every server hangs up",
			"This happens while a product starts."),
		sourceCheck("sources.garbage", scene.Garbage, "files and servers return garbage",
			"A product's next release may return anything."),
		sourceCheck("sources.silent", scene.Silent, "servers accept and never answer",
			"A server that hangs is the most common fault."),
		sourceCheck("sources.unreachable", scene.Unreachable, "the configured sources cannot be reached",
			"A mistake in the configuration must cost only the categories of that source."),
		{ID: "sources.patience", Serves: []string{"SEND-5"}, Of: inScenes(scene.Good, scene.Silent), Judge: patience,
			Holds: "A category whose server never answers is given up within its own time limit.",
			Why:   "It must not use the time of the other categories."},
		{ID: "sources.trust", Serves: []string{"ANON-1", "SEND-5"}, Of: inScenes(scene.Impostor),
			Plays: inScenes(scene.Impostor), From: scene.Started, Judge: verifies,
			Holds: "The plugin sends nothing to a server whose certificate it cannot verify.",
			Why:   "Whoever is in the place of the source would get the login."},
		{ID: "sources.zero", Of: damaged, Judge: invented,
			Holds: "A value that could not be read is missing, not zero, false, empty or made up.",
			Why:   "An invented value cannot be distinguished from a real one."},
		{ID: "sources.values", Serves: []string{"CAT-*", "ANON-1"}, Of: damaged, Judge: mistaken,
			Holds: "Every value from a damaged source is one that the host accepts: of its kind, well formed, in " +
				"its range.",
			Why: "A value that was not understood must be missing, not sent as a real one."},
	})
}

// sourceCheck returns a check for one way in which sources fail.
func sourceCheck(id string, name scene.Name, where, why string) Check {
	return Check{
		ID: id, Level: required, Serves: []string{"CAT-*", "SEND-5"}, Of: inScenes(scene.Good,
			name), Plays: inScenes(name), From: scene.Started,
		Holds: "If " + where + ", each category is sent or missing with a reason.", Why: why,
		Judge: func(s *scene.Scenes) Finding { return survived(s, s.Of(name)) },
	}
}

func survived(s *scene.Scenes, r *scene.Recording) Finding {
	switch {
	case !wholly(s, s.Of(scene.Good)):
		return skipped("It does not report every category on a healthy product either.")
	case len(s.World.Sources) == 0 && (r.Scene == scene.Silent || r.Scene == scene.Unreachable):
		return notApplicable("No source is configured.")
	case r.Scene == scene.Unconfigured && r.Stage == scene.Handshaken:
		return skipped("It does not describe itself.")
	case r.Stage < scene.Described:
		return fail("It did not get as far as a collect: %s.", ending(r))
	case r.Collect.Err != nil && r.Crashed():
		return fail("The plugin exited during the collect: %s.", r.Died)
	case r.Collect.Err != nil:
		return fail("After %v, %s.", round(r.CollectTook), callFailed(r.Collect.Err))
	case !sound(s, r.Collect):
		return fail("The stream is not correct, although it is on a healthy product.")
	}
	return failIfAny(unmentioned(s, r.Collect), "Some categories are neither sent nor reported as missing.")
}

// wholly reports whether the plugin collected completely in that scene.
func wholly(s *scene.Scenes, r *scene.Recording) bool {
	return r.Stage == scene.Collected && whole(s, r.Collect)
}

func healthy(s *scene.Scenes) Finding {
	var problems []string
	sent := scene.Categories(s.Of(scene.Good).Collect)
	for _, category := range s.Product.Profile.Categories {
		why := usage.Reason(sent[category.Name].GetNotAvailable().GetReason())
		if why == usage.Crashed || why == usage.TimedOut {
			problems = append(problems, fmt.Sprintf("%s: %s", category.Name, why.Sentence()))
		}
	}
	return failIfAny(problems, "Some collectors crashed or were late.")
}

// slack is for a busy machine.
const slack = 2 * time.Second

// patience adds up the time limits of the categories that lost values, one after the other, and the
// time of the healthy collect, and fails if the collect took longer.
func patience(s *scene.Scenes) Finding {
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
		return notApplicable("No source is configured.")
	case readSomething(s).Outcome == result.Fail:
		return skipped("Nothing is read on a healthy product either.")
	case silent.CollectTook-silent.Starved > most:
		return fail("It took %v; %d categories were lost, each with a limit of %v.",
			round(silent.CollectTook), lost, given)
	}
	return pass("It took %v; %d categories were lost, each with a limit of %v.", round(silent.CollectTook), lost, given)
}

func verifies(s *scene.Scenes) Finding {
	met := s.Of(scene.Impostor).Impostors
	switch trusted := met.Trusted(); {
	case len(trusted) > 0:
		return fail("It sent a request to a server whose certificate no configured authority has signed.").
			with(prefixed("source ", trusted)...)
	case len(met.Greeted()) == 0:
		return notApplicable("It speaks TLS to no source.")
	}
	return pass("It sent nothing to: %s.", strings.Join(met.Greeted(), ", "))
}

// unhealthy lists the reasons that must not occur on a healthy product. The reasons of a crash are left
// to another check.
var unhealthy = []usage.Reason{
	usage.NotFound, usage.Refused, usage.Unresolved, usage.Untrusted, usage.LoginRefused, usage.NotPermitted,
	usage.SourceFailed, usage.Malformed,
}

func readSomething(s *scene.Scenes) Finding {
	read := 0
	for _, category := range scene.Categories(s.Of(scene.Good).Collect) {
		if category.GetRecord() != nil {
			read++
		}
	}
	switch {
	case read == 0 && !unconfigured(s):
		return fail("Every category is missing. Are root and sources those of a healthy product?").with(unread(s)...)
	case readsNothing(s):
		return fail("It reports the same values if there is no file and no server: it reads nothing of the product.")
	}
	return pass("It reads %d of %d categories.", read, len(s.Product.Profile.Categories))
}

// unconfigured reports whether every category is missing because its source is not configured, and
// the suite was given not all of the product's sources.
func unconfigured(s *scene.Scenes) bool {
	for _, category := range scene.Categories(s.Of(scene.Good).Collect) {
		if category.GetNotAvailable().GetReason() != string(usage.NotConfigured) {
			return false
		}
	}
	return len(s.World.Sources) < len(s.Product.Profile.Sources)
}

// readsNothing reports whether a plugin that has something to read sends the same without it. A
// collector that crashed is left to another check.
func readsNothing(s *scene.Scenes) bool {
	p, missing := s.Product.Profile, s.Of(scene.Missing)
	reads := len(p.Confinement.Reads)+len(s.World.Sources) > 0
	return reads && !failed(healthy(s)) && missing.Stage == scene.Collected &&
		compare(p, s.Of(scene.Good).Collect, missing.Collect).none()
}

func readAll(s *scene.Scenes) Finding {
	missing := unread(s)
	if len(missing) == len(s.Product.Profile.Categories) {
		return skipped("Nothing is read.")
	}
	return failIfAny(missing, "Some categories are not read.")
}

// unread returns the categories that are missing for a reason in [unhealthy].
func unread(s *scene.Scenes) (names []string) {
	sent := scene.Categories(s.Of(scene.Good).Collect)
	for _, category := range s.Product.Profile.Categories {
		if why := usage.Reason(sent[category.Name].GetNotAvailable().GetReason()); slices.Contains(unhealthy, why) {
			names = append(names, fmt.Sprintf("%s: %s", category.Name, why.Sentence()))
		}
	}
	return names
}

// harmed returns the scenes in which sources are damaged.
func harmed() []scene.Name { return inScenes(scene.Missing, scene.Empty, scene.Garbage) }

// mayBeZero reports whether a zero is plausible: for a momentary value, and for the size of empty
// files.
func mayBeZero(name scene.Name, f profile.Field) bool {
	return f.OfTheMoment() || name == scene.Empty && f.Unit == "bytes"
}

// mayDiffer reports whether a value may be known without any file and server, and then differ from
// that of the healthy product: a word that says so, and the size of the file system of the root.
func mayDiffer(f profile.Field) bool { return f.Kind == kind.Enum || f.Unit == "bytes" }

// invented reports values that a plugin made up because it could not read them: numbers that are 0
// if a source is damaged, and, if every source is missing, all values that differ from those of the
// healthy product, such as flags that are false and lists that are empty. Damaged files may be
// understood as empty lists.
func invented(s *scene.Scenes) Finding {
	was := takeApart(s.Product.Profile, s.Of(scene.Good).Collect).leaves
	var problems []string
	for _, name := range harmed() {
		for _, l := range takeApart(s.Product.Profile, s.Of(name).Collect).leaves {
			i := slices.IndexFunc(was, func(w leaf) bool { return w.name == l.name })
			if i < 0 || mayBeZero(name, l.field) {
				continue
			}
			switch {
			case isZero(l) && !isZero(was[i]):
				problems = append(problems, fmt.Sprintf("scene %s: %s is 0, but not on a healthy product", name,
					l.name))
			case name == scene.Missing && !mayDiffer(l.field) && !proto.Equal(l.value, was[i].value):
				problems = append(problems, fmt.Sprintf("scene %s: %s has another value than on a healthy product",
					name, l.name))
			}
		}
	}
	return failIfAny(append(problems, emptied(s)...),
		"Some values were sent, although they could not be read.")
}

// emptied reports the lists and records that are empty if every source is missing, and not on a
// healthy product. A list that is reported as missing, too, is known to be incomplete.
func emptied(s *scene.Scenes) (problems []string) {
	was, is := scene.Categories(s.Of(scene.Good).Collect), scene.Categories(s.Of(scene.Missing).Collect)
	for _, category := range s.Product.Profile.Categories {
		sent := is[category.Name]
		for _, f := range category.Fields {
			told := slices.ContainsFunc(sent.GetMissing(), func(m *pluginpb.Missing) bool {
				return m.GetField() == f.Name
			})
			if !told && !f.OfTheMoment() && isEmpty(sent.GetRecord().GetFields()[f.Name]) &&
				holds(was[category.Name].GetRecord().GetFields()[f.Name]) {
				problems = append(problems, fmt.Sprintf("scene %s: %s.%s is empty, but not on a healthy product",
					scene.Missing, category.Name, f.Name))
			}
		}
	}
	return problems
}

// isEmpty reports whether the value is a list or a record without any value.
func isEmpty(v *pluginpb.Value) bool {
	return (v.GetList() != nil || v.GetRecord() != nil) && !holds(v)
}

// holds reports whether there is any single value.
func holds(v *pluginpb.Value) bool {
	switch is := v.GetIs().(type) {
	case nil:
		return false
	case *pluginpb.Value_List:
		return slices.ContainsFunc(is.List.GetValues(), holds)
	case *pluginpb.Value_Record:
		return slices.ContainsFunc(slices.Collect(maps.Values(is.Record.GetFields())), holds)
	}
	return true
}

func isZero(l leaf) bool {
	n, is := l.number()
	return is && n == 0
}

// mistaken reports values that the host would drop.
func mistaken(s *scene.Scenes) Finding {
	if len(untaken(s, scene.Good)) > 0 {
		return skipped("There are such values on a healthy product, too.")
	}
	var problems []string
	for _, name := range harmed() {
		problems = append(problems, untaken(s, name)...)
	}
	return failIfAny(problems, "The host would drop some values.")
}

// untaken returns the values that the host's own treatment drops entirely. A value that is not set
// counts as unknown and is skipped.
func untaken(s *scene.Scenes, name scene.Name) (problems []string) {
	for _, l := range sentIn(s, name).leaves {
		if l.value.GetIs() != nil && !passesHost(l) {
			problems = append(problems, fmt.Sprintf("scene %s: %s is not a valid %s, or out of range", name, l.name,
				l.field.Kind))
		}
	}
	return problems
}
