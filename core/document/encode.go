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

// Report lists the parts that [Document.Encode] left out, without a value.
type Report struct {
	Withheld []Incident      // finds of the leak gate
	TooLarge []string        // categories that were removed to fit, in the order of their removal
	Tally    anonymize.Tally // as in the document
}

// Incident is a find of the leak gate, an [anonymize.Gate]: its place and the rule.
type Incident struct {
	Category string // empty if it is in the header
	Field    string // path through records: peers.version
	Rule     string
}

// Place returns the category and the path of the field: counts.peers.version.
func (i Incident) Place() string {
	if i.Category == "" {
		return i.Field
	}
	return usage.Omission{Category: i.Category, Field: i.Field}.Name()
}

// Encode returns the bytes that may be sent. It withholds each value in which the gate finds
// something, and nothing else. If the gate finds something outside a value, the whole document is
// withheld, with errLeak. If the document is too large, Encode removes categories, the last first.
// The returned bytes have passed the gate exactly as they are.
func (d Document) Encode(gate *anonymize.Gate) (body []byte, report Report, err error) {
	if err := d.checkComplete(gate); err != nil {
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
		if found.empty() && int64(len(body)) < d.header.Profile.Limits.Document {
			report.Tally = d.tally
			return body, report, nil
		}
		if err := d.reduce(found, len(body), &report); err != nil {
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

// reduce withholds the values that the gate found, or, if there are none, removes the category
// that is ranked lowest. Each call removes at least one value, so encoding ends.
func (d *Document) reduce(found finding, size int, report *Report) error {
	if found.empty() {
		return d.shrink(int64(size), report)
	}
	report.Withheld = append(report.Withheld, found.incidents...)
	d.withhold(found)
	return nil
}

// shrink removes the last category, even if it is small, and more of them while the rest cannot
// fit. It estimates sizes slightly too low, so that it never removes a category that would fit; the
// caller checks the real bytes again. A plugin that sends a hundred times too much therefore does
// not make us encode it a hundred times.
func (d *Document) shrink(size int64, report *Report) error {
	for {
		last, there := d.lowestRanked()
		if !there {
			return errTooLarge
		}
		size -= d.encodedSize(last)
		report.TooLarge = append(report.TooLarge, last.Name)
		d.omitCategory(last.Name, usage.TooLarge)
		if size += d.encodedSize(last); size < d.header.Profile.Limits.Document {
			return nil
		}
	}
}

// encodedSize returns the number of bytes that a category and its omissions take in the document,
// except for a few commas.
func (d *Document) encodedSize(category profile.Category) (total int64) {
	alone := *d
	alone.header.Profile.Categories = []profile.Category{category}
	categories, omitted := alone.sorted()
	for _, part := range []object{categories, omitted} {
		text, _ := json.MarshalIndent(part, "  ", "  ") // it was encoded before, so there is no error
		total += int64(max(len(text)-len("{\n  }"), 0))
	}
	return total
}

// checkComplete refuses a document that could not be traced or judged later.
func (d Document) checkComplete(gate *anonymize.Gate) error {
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

// hasOwnID reports whether the host made the id: product, period and a keyed token. Such an id may
// contain a name of the appliance, because some appliances are named after the product.
func (d Document) hasOwnID() bool {
	h := d.header
	made := h.Profile.ID + "-" + h.Period.String() + "-"
	return len(h.ID) == len(made)+anonymize.TailSize && strings.HasPrefix(h.ID, made)
}
