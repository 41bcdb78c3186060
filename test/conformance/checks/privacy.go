package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

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
		{ID: "privacy.values", Of: append(planted(), scene.Good),
			Plays: inScenes(scene.Canaries, scene.Sprinkled, scene.Renamed), Judge: discreet(keptValues),
			Holds: "No planted name, and no value of an identifying field, is in a value that is kept, except " +
				"serial numbers and licenses.",
			Why: "The kind of a field decides whether it is made anonymous: a name in a kept field would leave the " +
				"appliance."},
		{ID: "privacy.clear", Serves: []string{"ANON-2"}, Of: append(planted(), scene.Good),
			Judge: discreet(clearValues),
			Holds: "No planted name, and no value of an identifying field, is in a serial number or a license.",
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
			Holds: "No secret of the configuration, nor most of one, is in anything that the plugin reports: values " +
				"of any kind, names, log lines, errors, carryover.",
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
func planted() []scene.Name {
	return inScenes(scene.Canaries, scene.Sprinkled, scene.Renamed, scene.Unreachable)
}

// holdsPlanted searches the statements of one sort for the names planted in each scene.
func holdsPlanted(in statements) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding { return failIfAny(plantedIn(s, in), "It reports planted names.") }
}

// statements returns the statements of one sort in a recording.
type statements func(*scene.Scenes, *scene.Recording) []statement

func plantedIn(s *scene.Scenes, in statements) (problems []string) {
	for _, name := range planted() {
		r := s.Of(name)
		var needles []needle
		for _, text := range r.Planted {
			needles = append(needles, needle{text: text, called: "the planted " + scene.Called(text)})
		}
		all := in(s, r)
		problems = append(problems, prefixed("scene "+string(name)+": ", find(all, needles))...)
		if r.Renamed != nil {
			problems = append(problems, prefixed("scene "+string(name)+": ", renamed(r, all))...)
		}
	}
	return problems
}

// renamed reports the statements that hold a name that was planted in the place of the product's
// own.
func renamed(r *scene.Recording, all []statement) (lines []string) {
	var needles []needle
	for _, text := range r.Renamed.Planted() {
		needles = append(needles, needle{text: text})
	}
	names, some := r.Renamed.All(), len(find(all, needles)) > 0
	for _, t := range all {
		digests := digestsIn(t.text)
		digest := func(name string) bool { return t.short && digested(digests, name) }
		if some && len(find([]statement{t}, needles)) > 0 || slices.ContainsFunc(names, digest) {
			lines = append(lines, t.where+" holds a name that was planted in "+origin(r, t))
		}
	}
	return lines
}

// origin returns the place of the planted name that a statement holds, if it can be read in it.
func origin(r *scene.Recording, t statement) string {
	for _, text := range append(disguises(t.text), t.text) {
		if place := r.Renamed.Place(text); place != "" {
			return place
		}
	}
	return "the product"
}

// discreet searches values for planted names, and on a healthy product for the values of
// identifying fields.
func discreet(in statements) func(*scene.Scenes) Finding {
	return func(s *scene.Scenes) Finding {
		if problems := plantedIn(s, in); len(problems) > 0 {
			return fail("It reports planted names.").with(problems...)
		}
		if problems := repeated(s, in); len(problems) > 0 {
			return fail("It reports the values of identifying fields in other fields, too.").with(problems...)
		}
		return pass("%s", whereRenamed(s.Of(scene.Renamed)))
	}
}

// whereRenamed returns a sentence about the places in which names were planted.
func whereRenamed(r *scene.Recording) string {
	counts := r.Renamed.Sources()
	files, all := 0, 0
	var sources []string
	for _, place := range slices.Sorted(maps.Keys(counts)) {
		all += counts[place]
		if source, is := strings.CutPrefix(place, "source "); is {
			sources = append(sources, source)
		} else {
			files++
		}
	}
	if len(sources) == 0 {
		return fmt.Sprintf("%d names were replaced in %d files, none in answers of sources.", all, files)
	}
	return fmt.Sprintf("%d names were replaced in %d files and in answers of: %s.", all, files,
		strings.Join(sources, ", "))
}

// repeated reports the texts that hold the value of an identifying field. Numbers are left to
// privacy.gate.
func repeated(s *scene.Scenes, in statements) []string {
	r := s.Of(scene.Good)
	words := map[string]bool{}
	for _, word := range s.Product.Profile.Words() {
		words[strings.ToLower(word)] = true
	}
	var needles []needle
	for _, l := range sentIn(s, scene.Good).leaves {
		if !identifying(l.field.Kind) {
			continue
		}
		for _, name := range spread(l.text()) {
			if len(name) >= leastName && !words[strings.ToLower(name)] {
				needles = append(needles, needle{name, "the value of " + l.name, true})
			}
		}
	}
	return find(texts(in(s, r)), needles)
}

// spread returns a name and, of a host's full name, the first label if it is numbered: others are
// often ordinary words, such as mail.
func spread(name string) []string {
	label, rest, dotted := strings.Cut(name, ".")
	if !dotted || strings.ContainsAny(name, " @:/") || !strings.ContainsAny(label, "0123456789") ||
		strings.Trim(label, "0123456789") == "" || strings.Trim(rest, "0123456789.") == "" {
		return []string{name}
	}
	return []string{name, label}
}

func secrets(s *scene.Scenes) Finding {
	var problems []string
	looked := 0
	for _, name := range inScenes(scene.Good, scene.Canaries, scene.Unreachable) {
		r := s.Of(name)
		looked += len(r.Secrets)
		problems = append(problems, prefixed("scene "+string(name)+": ",
			find(everything(s, r), ofSecrets(r.Secrets)))...)
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
	var needles []needle
	for i, n := range numbered("name", names) {
		for _, text := range spread(names[i]) {
			if len(text) >= leastName {
				needles = append(needles, needle{text: text, called: n.called, word: text != names[i]})
			}
		}
	}
	return found(s, r, needles)
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
	problems := slices.Compact(find(in, needles))
	if len(problems) == 0 {
		return pass("The suite looked for %d names.", len(needles))
	}
	return fail("It reports names.").with(problems...)
}
