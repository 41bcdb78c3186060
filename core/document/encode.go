package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// Report tells what was left out on the way to the bytes, without a value.
type Report struct {
	Withheld []Incident      // where the leak gate found something
	TooLarge []string        // categories that gave way, last first
	Tally    anonymize.Tally // as the document has it
}

// Incident is a find of the leak gate: where, and by which rule.
type Incident struct {
	Category string // empty: in the header
	Field    string // its path through records: peers.version
	Rule     string
}

// Place is the category and the path of the field: counts.peers.version.
func (i Incident) Place() string {
	if i.Category == "" {
		return i.Field
	}
	return usage.Omission{Category: i.Category, Field: i.Field}.Name()
}

// Encode makes the bytes that may be sent. What the gate finds something in is withheld, and no more than that; a
// document in which it finds something elsewhere than in a value is withheld as a whole, with errLeak. If the document
// is too large, Encode removes categories, the last first. The bytes that are returned have passed the gate as they
// are.
func (d Document) Encode(gate *anonymize.Gate) (body []byte, report Report, err error) {
	if err := d.complete(gate); err != nil {
		return nil, report, fmt.Errorf("encode document: %w", err)
	}
	d = d.clone()
	for {
		body, err = d.bytes()
		if err != nil {
			return nil, report, fmt.Errorf("encode document: %w", err)
		}
		found, err := d.inspect(body, gate)
		if err != nil {
			return nil, report, fmt.Errorf("encode document: %w", err)
		}
		if found.none() && int64(len(body)) < d.header.Profile.Limits.Document {
			report.Tally = d.tally
			return body, report, nil
		}
		if err := d.giveWay(found, len(body), &report); err != nil {
			return nil, report, fmt.Errorf("encode document: %w", err)
		}
	}
}

func (d Document) clone() Document {
	d.categories, d.reasons, d.missing = maps.Clone(d.categories), maps.Clone(d.reasons), maps.Clone(d.missing)
	for category, fields := range d.missing {
		d.missing[category] = maps.Clone(fields)
	}
	return d
}

// giveWay withholds what the gate found, or else leaves out the category that is ranked lowest. Each turn takes at
// least one value, so that encoding ends.
func (d *Document) giveWay(found finding, size int, report *Report) error {
	if found.none() {
		return d.shrink(int64(size), report)
	}
	report.Withheld = append(report.Withheld, found.incidents...)
	d.withhold(found)
	return nil
}

// shrink leaves out the last category, however small it is, and more of them while what is left can't fit. It counts
// bytes as they are in the document, a little too few, so that none is left out that would fit; the caller looks at
// real bytes again. So a plugin that sends a hundred times too much does not make us encode it a hundred times.
func (d *Document) shrink(size int64, report *Report) error {
	for {
		last, there := d.last()
		if !there {
			return errTooLarge
		}
		size -= d.lines(last)
		report.TooLarge = append(report.TooLarge, last.Name)
		d.leaveOut(last.Name, usage.TooLarge)
		if size += d.lines(last); size < d.header.Profile.Limits.Document {
			return nil
		}
	}
}

// lines is the number of bytes that a category and what is said of it take in the document, but for a few commas.
func (d *Document) lines(category profile.Category) (total int64) {
	alone := *d
	alone.header.Profile.Categories = []profile.Category{category}
	categories, omitted := alone.sorted()
	for _, part := range []object{categories, omitted} {
		text, _ := json.MarshalIndent(part, "  ", "  ") // it was encoded before
		total += int64(max(len(text)-len("{\n  }"), 0))
	}
	return total
}

// complete refuses what could not be traced or judged later.
func (d Document) complete(gate *anonymize.Gate) error {
	h := d.header
	switch {
	case !gate.Ready():
		return errors.New("there is no leak gate, or it does not know the appliance's names")
	case h.ID == "":
		return errors.New("it has no id: there is no key")
	case h.System == "":
		return errors.New("its system is not named: there is no key")
	case h.Profile.ID == "" || h.Host == "" || h.Plugin == "":
		return errors.New("product, host or plugin is not named")
	case !h.Period.Whole():
		return errors.New("its period is not a full hour of UTC")
	}
	return nil
}

// own tells whether the id is the host's own making: product, period and a keyed token. It may then hold what the
// appliance is called: there are appliances with the product's name.
func (d Document) own() bool {
	h := d.header
	made := h.Profile.ID + "-" + h.Period.String() + "-"
	return len(h.ID) == len(made)+anonymize.TailSize && strings.HasPrefix(h.ID, made)
}
