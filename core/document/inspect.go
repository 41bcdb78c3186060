package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// The rules that a document breaks if it is not as its profile approves.
const (
	ruleUnknownName = "name that is not in the profile"
	ruleShape       = "value that is not as the profile approves"
)

// finding is the result of the gate for the bytes of a document.
type finding struct {
	incidents []Incident
	places    map[string]treatedAs // by the place of each value: counts.peers[2].version
	plugin    bool                 // the gate found something in the plugin's version
}

// treatedAs is how a withheld value was counted before.
type treatedAs struct{ scrubbed, kept int }

func (f finding) empty() bool { return len(f.incidents) == 0 }

// inspect reads the finished bytes as the collection point will, and checks each value. Names of
// categories and fields, words of closed lists, and the host's own texts do not come from the
// product. They are not checked, so that a site named `count` does not stop the service.
func (d Document) inspect(body []byte, gate *anonymize.Gate) (finding, error) {
	var read struct {
		ID         string
		Host       string
		Plugin     string
		Categories map[string]map[string]any
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	if err := decoder.Decode(&read); err != nil {
		return finding{}, errors.New("the encoded document can't be read back")
	}
	words := map[string]string{}
	if !kind.IsVersion(read.Host, kind.Terms{}) { // the host makes a version itself
		words["host"] = read.Host
	}
	if !d.hasOwnID() {
		words["id"] = read.ID
	}
	for _, name := range []string{"id", "host"} {
		if rule, found := gate.Find(words[name], nil); found && words[name] != "" {
			return finding{}, fmt.Errorf("%s: %s: %w", name, rule, errLeak)
		}
	}
	i := &inspection{gate: gate, seen: map[Incident]bool{}, finding: finding{places: map[string]treatedAs{}}}
	if rule, found := gate.Find(read.Plugin, versionPasses(nil)); found && read.Plugin != "" &&
		read.Plugin != kind.Other {
		i.plugin = true
		i.report(Incident{Field: "plugin", Rule: rule})
	}
	err := d.inspectCategories(read.Categories, i)
	return i.finding, err
}

func (d Document) inspectCategories(categories map[string]map[string]any, i *inspection) error {
	known := 0
	for _, category := range d.header.Profile.Categories {
		fields, there := categories[category.Name]
		if !there {
			continue
		}
		known++
		i.category = category.Name
		if d.reasons[category.Name] != usage.Inapplicable || !isInapplicable(fields) {
			i.fields(category.Fields, d.applicable(category.Name, fields), location{place: category.Name})
		}
	}
	if known < len(categories) {
		return fmt.Errorf("categories: %s: %w", ruleUnknownName, errLeak)
	}
	return nil
}

// applicable removes the fields that the host itself marked as not applicable.
func (d Document) applicable(category string, fields map[string]any) map[string]any {
	left := map[string]any{}
	for name, value := range fields {
		marked, is := value.(map[string]any)
		if d.missing[category][name] != usage.Inapplicable || !is || !isInapplicable(marked) {
			left[name] = value
		}
	}
	return left
}

func isInapplicable(fields map[string]any) bool {
	return len(fields) == 1 && fields[applicable] == false
}

// inspection walks the categories together with their approved fields.
type inspection struct {
	finding
	gate     *anonymize.Gate
	category string
	seen     map[Incident]bool
}

// location is where a value is: its place in the document, with the entries of lists and the keys
// of numbers, and its field in the profile.
type location struct{ place, field string }

func (a location) member(name string) location {
	return location{a.place + "." + name, join(a.field, name)}
}
func (a location) entry(n int) location {
	return location{a.place + "[" + strconv.Itoa(n) + "]", a.field}
}
func (a location) key(name string) location { return location{a.place + "." + name, a.field} }

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// report reports a field once for each rule, no matter how many of its values break it.
func (i *inspection) report(incident Incident) {
	if !i.seen[incident] {
		i.seen[incident] = true
		i.incidents = append(i.incidents, incident)
	}
}

func (i *inspection) found(a location, rule string, as treatedAs) {
	i.places[a.place] = as
	i.report(Incident{i.category, a.field, rule})
}

func (i *inspection) fields(approved []profile.Field, values map[string]any, a location) {
	known := 0
	for _, f := range approved {
		if value, there := values[f.Name]; there {
			known++
			i.field(f, value, a.member(f.Name))
		}
	}
	if known < len(values) {
		i.found(a, ruleUnknownName, treatedAs{})
	}
}

func (i *inspection) field(f profile.Field, value any, a location) {
	entries, list := value.([]any)
	record, named := value.(map[string]any)
	switch {
	case list:
		for n, entry := range entries {
			i.field(f, entry, a.entry(n))
		}
	case named && len(f.Fields) > 0:
		i.fields(f.Fields, record, a)
	case named && len(f.By) > 0:
		i.numbers(f, record, a)
	case named:
		i.found(a, ruleShape, treatedAs{})
	default:
		i.value(f, value, a)
	}
}

func (i *inspection) numbers(f profile.Field, record map[string]any, a location) {
	for key, value := range record {
		if key != kind.Other && !slices.Contains(f.By, key) {
			i.found(a.key(key), ruleUnknownName, treatedAs{})
			continue
		}
		i.value(f, value, a.key(key))
		if _, found := i.places[a.key(key).place]; found && key == kind.Other {
			i.places[a.key(key).place] = treatedAs{} // a sum of numbers that were counted as suppressed
		}
	}
}

// value checks one value of any kind. It accepts a word of the profile's closed list, which does
// not come from the product, and a moment in its single spelling, which holds nothing of the
// product.
func (i *inspection) value(f profile.Field, value any, a location) {
	var rule string
	found := false
	switch is := value.(type) {
	case string:
		if !ofTheProfile(f, is) && !(f.Kind == kind.Serial && i.gate.OwnSerial(is)) {
			rule, found = i.gate.Find(is, acceptedHits(f, is))
		}
	case json.Number:
		rule, found = i.gate.FindNumber(is.String())
	case bool:
	default:
		rule, found = ruleShape, true
	}
	if !found {
		return
	}
	if f.Kind.Treatment() == kind.Scrub {
		i.found(a, rule, treatedAs{scrubbed: 1})
	} else {
		i.found(a, rule, treatedAs{kept: 1})
	}
}

func ofTheProfile(f profile.Field, text string) bool {
	switch f.Kind {
	case kind.Enum:
		return text == kind.Other || slices.Contains(f.Values, text)
	case kind.Time, kind.Date:
		return moment.MatchString(text)
	default:
		return false
	}
}

var moment = regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$`)

// acceptedHits returns which hits are accepted in a value although something has that name; nil
// accepts none.
func acceptedHits(f profile.Field, text string) func(string) bool {
	switch f.Kind {
	case kind.Version:
		known := versionPasses(f.Terms().Known)
		return func(hit string) bool { return known(hit) || isVersionItself(hit, text) }
	case kind.License: // the name of a feature may have ordinary words
		return func(hit string) bool { return anonymize.Ordinary(hit) || isPart(hit, text) }
	case kind.Serial:
		return func(hit string) bool { return isPart(hit, text) }
	default:
		return nil
	}
}

// isVersionItself reports whether a hit is the whole version without its punctuation: a cluster may
// be named 6.4.0-beta1.
func isVersionItself(hit, text string) bool {
	bare := strings.NewReplacer(".", "", "-", "", "_", "", " ", "", "(", "", ")", "", "+", "", "~", "", "/",
		"").Replace(text)
	return strings.Contains(text, ".") && strings.EqualFold(hit, bare) && kind.IsVersion(text, kind.Terms{})
}

// isPart reports whether a hit is a short number in a longer text: many serial numbers contain an
// extension of four digits by chance.
func isPart(hit, text string) bool {
	return len(hit) <= maxPart && hit != text && strings.Trim(hit, "0123456789") == ""
}

// maxNumber is the most digits after a word in a version: rc1, pgdg120, x86.
const maxNumber = 4

// maxPart is the most digits of a number that may pass as part of a version or a serial number. A
// longer one could be a number to dial.
const maxPart = 6

// versionPasses accepts versions; words that makers write into versions, with or without a number;
// and numbers that are too short to be a telephone number, or have too few groups to be an address.
// A host may be named `debian`, a cluster `6.4`, `rc1` or `6.4.0-beta1`.
func versionPasses(known func(string) bool) func(string) bool {
	piece := func(hit string) bool {
		word := strings.TrimRight(hit, "0123456789.")
		if len(hit)-len(word) > maxNumber && word != "" {
			return false // u123456 is an account
		}
		number := word == "" && len(strings.ReplaceAll(hit, ".", "")) <= maxPart && strings.Count(hit, ".") < 3
		return number || kind.VersionWord(word) || known != nil && known(strings.ToLower(word))
	}
	return func(hit string) bool {
		pieces := strings.FieldsFunc(hit, func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
		return !slices.ContainsFunc(pieces, func(one string) bool { return !piece(one) }) ||
			strings.Contains(hit, ".") && kind.IsVersion(hit, kind.Terms{})
	}
}
