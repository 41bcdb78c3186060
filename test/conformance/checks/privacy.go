package checks

import (
	"slices"

	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// privacy is about names that are sent where the host would not take them for names. Most are planted: where a system
// keeps its own, at the end of every file, and in the configuration. Values of a kind that identifies may hold them:
// the host makes pseudonyms of those.
func privacy() []Check {
	disturbed := on(scene.Good, scene.Canaries, scene.Unreachable)
	return sharing(Check{Level: required, Serves: []string{"ANON-1"}, Of: on(scene.Good), From: scene.Started}, []Check{
		{ID: "privacy.values", Of: planted(), Judge: tellsPlanted(keptValues),
			Holds: "No planted name is in a value that stays as it is, but for serial numbers and licence values.",
			Why: "Only the kind of a field decides what is made anonymous: a name in another one would leave the " +
				"appliance."},
		{ID: "privacy.clear", Serves: []string{"ANON-2"}, Of: planted(), Judge: tellsPlanted(clearValues),
			Holds: "No planted name is in a serial number or a licence value.",
			Why:   "These go in clear by contract, and nothing else does."},
		{ID: "privacy.words", Of: planted(), Judge: tellsPlanted(words),
			Holds: "No planted name is the word for anything: a field, a key, a category, a reason.",
			Why:   "Words are what a profile approves. What is read of the product is no word."},
		{ID: "privacy.log", Of: planted(), Judge: tellsPlanted(logged),
			Holds: "No log line holds a planted name.",
			Why: "The host scrubs each line. It finds what looks like a name, and not one that looks like any other " +
				"word: the first net must hold."},
		{ID: "privacy.errors", Of: planted(), Judge: tellsPlanted(failures),
			Holds: "No error of a call holds a planted name.",
			Why:   "The host shows the code of an error only; another client would show its words."},
		{ID: "privacy.description", Of: planted(), Judge: tellsPlanted(describing),
			Holds: "The answer to Describe holds no planted name.",
			Why:   "It is read when the plugin is approved, before a customer has said yes."},
		{ID: "privacy.secrets", Of: disturbed, Judge: secrets,
			Holds: "No secret of the configuration is in anything that the plugin tells: no value of any kind, no word, " +
				"no log line, no error, no memory.",
			Why: "A secret is for the source that asks for it, and a pseudonym of it is one too many."},
		{ID: "privacy.known", Judge: known,
			Holds: "No name that the suite's configuration lists is in a value that stays, in a word, or in the log.",
			Why:   "Who sets the suite up knows what the sources know of their customer."},
		{ID: "privacy.machine", Judge: ownNames,
			Holds: "What this machine itself is called is in no value that stays, in no word, and not in the log.",
			Why:   "A plugin reads what it is given, below the root, and not the machine beside it."},
		{ID: "privacy.gate", From: scene.Collected, Judge: withheld,
			Holds: "The host's leak gate finds nothing in the document of a healthy product.",
			Why: "It withholds each category in which the appliance's own names are, or a value that is a pseudonym " +
				"elsewhere."},
	})
}

// planted are the scenes that plant names.
func planted() []scene.Name { return on(scene.Canaries, scene.Sprinkled, scene.Unreachable) }

// tellsPlanted looks in each of them for the names that were planted there, in what the plugin told in one of its ways.
func tellsPlanted(in func(*scene.Scenes, *scene.Recording) []told) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding {
		var problems []string
		for _, name := range planted() {
			var needles []needle
			for _, text := range s.Of(name).Planted {
				needles = append(needles, needle{text, "the planted " + scene.Called(text)})
			}
			problems = append(problems, prefixed("scene "+string(name)+": ", find(in(s, s.Of(name)), needles))...)
		}
		return none(problems, "It tells planted names.")
	}
}

func secrets(s *scene.Scenes) Finding {
	var problems []string
	looked := 0
	for _, name := range on(scene.Good, scene.Canaries, scene.Unreachable) {
		r := s.Of(name)
		looked += len(r.Secrets)
		problems = append(problems, prefixed("scene "+string(name)+": ",
			find(everything(s, r), numbered("secret", r.Secrets)))...)
	}
	if looked == 0 {
		return notApplicable("No secret is configured, or only short ones.")
	}
	return none(problems, "It tells secrets.")
}

// known passes over names that are secrets: those are privacy.secrets'.
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
		return Finding{Outcome: result.Error, Says: "What this machine is called can't be read."}
	}
	return found(s, s.Of(scene.Good), needles)
}

func found(s *scene.Scenes, r *scene.Recording, needles []needle) Finding {
	in := slices.Concat(texts(keptValues(s, r)), texts(clearValues(s, r)), words(s, r), logged(s, r))
	problems := find(in, needles)
	if len(problems) == 0 {
		return pass("%d names were looked for.", len(needles))
	}
	return fail("It tells names.").with(problems...)
}
