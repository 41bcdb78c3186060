package checks

import (
	"slices"

	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// privacy returns the checks for names that are sent where the host would not recognize them as
// names. Most are planted: where a system keeps its own, at the end of every file, and in the
// configuration. Values of an identifying kind may hold them, because the host turns these values
// into pseudonyms.
func privacy() []Check {
	disturbed := inScenes(scene.Good, scene.Canaries, scene.Unreachable)
	return withDefaults(Check{Level: required, Serves: []string{"ANON-1"}, Of: inScenes(scene.Good),
		From: scene.Started}, []Check{
		{ID: "privacy.values", Of: planted(), Plays: inScenes(scene.Canaries, scene.Sprinkled),
			Judge: holdsPlanted(keptValues),
			Holds: "No planted name is in a value that is kept, except serial numbers and licenses.",
			Why: "The kind of a field decides whether it is made anonymous: a name in a kept field would leave the " +
				"appliance."},
		{ID: "privacy.clear", Serves: []string{"ANON-2"}, Of: planted(), Judge: holdsPlanted(clearValues),
			Holds: "No planted name is in a serial number or a license.",
			Why:   "These are sent in clear by contract, and nothing else is."},
		{ID: "privacy.words", Of: planted(), Judge: holdsPlanted(words),
			Holds: "No planted name is used as the name of a field, a key or a category, or as a reason.",
			Why:   "These words come from the profile and the protocol, not from the product."},
		{ID: "privacy.log", Of: planted(), Judge: holdsPlanted(logged),
			Holds: "No log line holds a planted name.",
			Why:   "The host scrubs each line, but cannot find a name that looks like an ordinary word."},
		{ID: "privacy.errors", Of: planted(), Judge: holdsPlanted(failures),
			Holds: "No error of a call holds a planted name.",
			Why:   "The host shows only the code of an error; another client would show its text."},
		{ID: "privacy.description", Of: planted(), Judge: holdsPlanted(describing),
			Holds: "The answer to Describe holds no planted name.",
			Why:   "It is read when the plugin is approved, before a customer has consented."},
		{ID: "privacy.secrets", Of: disturbed, Judge: secrets,
			Holds: "No secret of the configuration is in anything that the plugin reports: values of any kind, " +
				"names, log lines, errors, carryover.",
			Why: "A secret is for its source only; even a pseudonym of it is too much."},
		{ID: "privacy.known", Judge: known,
			Holds: "No name listed in the suite's configuration is in a value that is kept, in a name, or in the log.",
			Why:   "Whoever configures the suite knows which names of a customer the sources hold."},
		{ID: "privacy.machine", Judge: ownNames,
			Holds: "No name or address of this machine is in a value that is kept, in a name, or in the log.",
			Why:   "A plugin reads its sources and the files below the root, not the machine that it runs on."},
		{ID: "privacy.gate", From: scene.Collected, Judge: withheld,
			Holds: "The host's leak gate finds nothing in the document of a healthy product.",
			Why: "It withholds each field that holds a name of the appliance's own, or a value that is a pseudonym " +
				"elsewhere."},
	})
}

// planted returns the scenes that plant names.
func planted() []scene.Name { return inScenes(scene.Canaries, scene.Sprinkled, scene.Unreachable) }

// holdsPlanted searches the statements of one sort for the names planted in each scene.
func holdsPlanted(in func(*scene.Scenes, *scene.Recording) []statement) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding {
		var problems []string
		for _, name := range planted() {
			var needles []needle
			for _, text := range s.Of(name).Planted {
				needles = append(needles, needle{text, "the planted " + scene.Called(text)})
			}
			problems = append(problems, prefixed("scene "+string(name)+": ", find(in(s, s.Of(name)), needles))...)
		}
		return failIfAny(problems, "It reports planted names.")
	}
}

func secrets(s *scene.Scenes) Finding {
	var problems []string
	looked := 0
	for _, name := range inScenes(scene.Good, scene.Canaries, scene.Unreachable) {
		r := s.Of(name)
		looked += len(r.Secrets)
		problems = append(problems, prefixed("scene "+string(name)+": ",
			find(everything(s, r), numbered("secret", r.Secrets)))...)
	}
	if looked == 0 {
		return notApplicable("No secret is configured, or only short ones.")
	}
	return failIfAny(problems, "It reports secrets.")
}

// known skips names that are secrets, which privacy.secrets looks for.
func known(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	names := slices.DeleteFunc(slices.Clone(s.World.Names), func(name string) bool {
		return len(name) < leastName ||
			slices.Contains(r.Secrets, name)
	})
	if len(names) == 0 {
		return notApplicable("The configuration lists no names, or only short ones.")
	}
	return found(s, r, numbered("name", names))
}

func ownNames(s *scene.Scenes) Finding {
	needles, err := ofThisMachine(s)
	if err != nil {
		return Finding{Outcome: result.Error, Says: "The names of this machine cannot be read."}
	}
	return found(s, s.Of(scene.Good), needles)
}

func found(s *scene.Scenes, r *scene.Recording, needles []needle) Finding {
	in := slices.Concat(texts(keptValues(s, r)), texts(clearValues(s, r)), words(s, r), logged(s, r))
	problems := find(in, needles)
	if len(problems) == 0 {
		return pass("The suite looked for %d names.", len(needles))
	}
	return fail("It reports names.").with(problems...)
}
