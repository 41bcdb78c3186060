package checks

import (
	"slices"

	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/scene"
)

// privacy is about names that are told where the host would not take them for names. Most are planted: where a system
// keeps its own, at the end of every file, and in the configuration. What a kind that identifies is for may hold them:
// the host makes a pseudonym of it.
func privacy() []check.Check {
	return []check.Check{
		planted("privacy.values", []string{"ANON-1"}, keptValues,
			"No planted name is in a value that stays as it is, but for serial numbers and licence values.",
			"Only the kind of a field decides what is made anonymous: a name in another one would leave the appliance."),
		planted("privacy.clear", []string{"ANON-2"}, clearValues,
			"No planted name is in a serial number or a licence value.",
			"These go in clear by contract, and nothing else does."),
		planted("privacy.words", []string{"ANON-1"}, words,
			"No planted name is the word for anything: a field, a key, a category, a reason.",
			"Words are what a profile approves. What is read of the product is no word."),
		planted("privacy.log", []string{"ANON-1"}, logged,
			"No log line holds a planted name.",
			"The host scrubs each line. It finds what looks like a name, and not one that looks like any other word: the "+
				"first net must hold."),
		planted("privacy.errors", []string{"ANON-1"}, failures,
			"No error of a call holds a planted name.",
			"The host shows the code of an error only; another client would show its words."),
		planted("privacy.description", []string{"ANON-1"}, describing,
			"The answer to Describe holds no planted name.",
			"It is read when the plugin is approved, before a customer has said yes."),
		ofPrivacy("privacy.secrets", []string{"ANON-1"}, []scene.Name{scene.Good, scene.Canaries, scene.Unreachable}, secrets,
			"No secret of the configuration is in anything that the plugin tells: no value of any kind, no word, no log line, "+
				"no error, no memory.",
			"A secret is for the source that asks for it, and a pseudonym of it is one too many."),
		ofPrivacy("privacy.known", []string{"ANON-1"}, []scene.Name{scene.Good}, known,
			"No name that the suite's configuration lists is in a value that stays, in a word, or in the log.",
			"Who sets the suite up knows what the sources know of their customer."),
		ofPrivacy("privacy.machine", []string{"ANON-1"}, []scene.Name{scene.Good}, ownNames,
			"What this machine itself is called is in no value that stays, in no word, and not in the log.",
			"A plugin reads what it is given, below the root, and not the machine beside it."),
		ofGate("privacy.gate", withheld,
			"The host's leak gate finds nothing in the document of a healthy product.",
			"It withholds each category in which the appliance's own names are, or a value that is a pseudonym elsewhere."),
	}
}

func ofPrivacy(id string, serves []string, of []scene.Name, judge func(*scene.Scenes) check.Finding, holds,
	why string) check.Check {
	return check.Check{ID: id, Level: required, Serves: serves, Of: of, From: scene.Started, Judge: judge,
		Holds: holds, Why: why}
}

func ofGate(id string, judge func(*scene.Scenes) check.Finding, holds, why string) check.Check {
	c := ofPrivacy(id, []string{"ANON-1"}, []scene.Name{scene.Good}, judge, holds, why)
	c.From = scene.Collected
	return c
}

// planted looks in each scene for the names that were planted for it, wherever told finds something of the plugin.
func planted(id string, serves []string, told func(*scene.Scenes, *scene.Recording) []told, holds,
	why string) check.Check {
	of := []scene.Name{scene.Canaries, scene.Sprinkled, scene.Unreachable}
	return ofPrivacy(id, serves, of, func(s *scene.Scenes) check.Finding {
		var problems []string
		for _, name := range of {
			var needles []needle
			for _, text := range s.Of(name).Planted {
				needles = append(needles, needle{text, "the planted " + scene.Called(text)})
			}
			problems = append(problems, prefixed("scene "+string(name)+": ", find(told(s, s.Of(name)), needles))...)
		}
		return check.None(problems, "It tells planted names.")
	}, holds, why)
}

func secrets(s *scene.Scenes) check.Finding {
	var problems []string
	looked := 0
	for _, name := range []scene.Name{scene.Good, scene.Canaries, scene.Unreachable} {
		r := s.Of(name)
		looked += len(r.Secrets)
		problems = append(problems, prefixed("scene "+string(name)+": ",
			find(everything(s, r), numbered("secret", r.Secrets)))...)
	}
	if looked == 0 {
		return check.NotApplicable("No secret is configured, or only short ones.")
	}
	return check.None(problems, "It tells secrets.")
}

// known passes over names that are secrets: those are privacy.secrets'.
func known(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Good)
	names := slices.DeleteFunc(slices.Clone(s.World.Names), func(name string) bool {
		return len(name) < leastName ||
			slices.Contains(r.Secrets, name)
	})
	if len(names) == 0 {
		return check.NotApplicable("The configuration lists no names, or only short ones.")
	}
	return found(s, r, numbered("name", names))
}

func ownNames(s *scene.Scenes) check.Finding {
	needles, err := ofThisMachine(s)
	if err != nil {
		return check.Finding{Outcome: result.Error, Says: "What this machine is called can't be read."}
	}
	return found(s, s.Of(scene.Good), needles)
}

func found(s *scene.Scenes, r *scene.Recording, needles []needle) check.Finding {
	in := slices.Concat(texts(keptValues(s, r)), texts(clearValues(s, r)), words(s, r), logged(s, r))
	problems := find(in, needles)
	if len(problems) == 0 {
		return check.Pass("%d names were looked for.", len(needles))
	}
	return check.Fail("It tells names.").With(problems...)
}
