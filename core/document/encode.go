package document

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/usage"
)

// Report tells what was left out on the way to the bytes, without a value.
type Report struct {
	Withheld []Incident // where the leak gate found something
	TooLarge []string   // categories that gave way, last first
}

// Incident is a find of the leak gate: where, and by which rule.
type Incident struct {
	Category string
	Field    string
	Rule     string
}

// Encode makes the bytes that may be sent. A category in which the gate finds something is withheld; a document in which it
// finds something elsewhere is withheld as a whole, with ErrLeak. What is over the profile's size gives way from the end.
// The bytes that are returned have passed the gate as they are.
func (d Document) Encode(gate *anonymize.LeakGate) (body []byte, report Report, err error) {
	if err := d.complete(gate); err != nil {
		return nil, report, fmt.Errorf("encode document: %w", err)
	}
	d.categories, d.reasons = maps.Clone(d.categories), maps.Clone(d.reasons)
	for {
		body, err = d.bytes()
		if err != nil {
			return nil, report, fmt.Errorf("encode document: %w", err)
		}
		found, err := d.inspect(body, gate)
		if err != nil {
			return nil, report, fmt.Errorf("encode document: %w", err)
		}
		if len(found) == 0 && int64(len(body)) < d.header.Profile.Limits.Document {
			return body, report, nil
		}
		if err := d.giveWay(found, &report); err != nil {
			return nil, report, fmt.Errorf("encode document: %w", err)
		}
	}
}

// giveWay leaves out what the gate found, or else the category that is ranked lowest. Each turn takes at least one, so that
// encoding ends.
func (d Document) giveWay(found []Incident, report *Report) error {
	report.Withheld = append(report.Withheld, found...)
	for _, incident := range found {
		d.leaveOut(incident.Category, usage.Withheld)
	}
	if len(found) > 0 {
		return nil
	}
	return d.shrink(report)
}

// shrink leaves out the last category, however small it is, and more of them while what is left can't fit: its values alone are too
// long, even without the spaces and the reasons that stand in a document. Then the caller looks at real bytes again: a reason may
// be longer than what it stands for. So a plugin that sends a hundred times too much does not make us encode it a hundred
// times.
func (d Document) shrink(report *Report) error {
	left, total := d.compact()
	for {
		last, there := d.last()
		if !there {
			return ErrTooLarge
		}
		report.TooLarge = append(report.TooLarge, last)
		d.leaveOut(last, usage.TooLarge)
		if total -= left[last]; total < d.header.Profile.Limits.Document {
			return nil
		}
	}
}

// compact is the least that each category takes, and all of them.
func (d Document) compact() (least map[string]int64, total int64) {
	least = map[string]int64{}
	for name, fields := range d.categories {
		text, _ := fields.MarshalJSON() // it was encoded before
		least[name] = int64(len(text))
		total += least[name]
	}
	return least, total
}

// complete refuses what could not be traced or judged later.
func (d Document) complete(gate *anonymize.LeakGate) error {
	h := d.header
	switch {
	case gate == nil:
		return errors.New("there is no leak gate")
	case h.ID == "":
		return errors.New("it has no id: there is no key")
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
