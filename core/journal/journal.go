// Package journal is the customer's record of what was collected, sent, deferred, rejected or
// lost, and of who decided what (VIEW-1, CONS-2): one JSON object a line, counts and reasons
// only, never a value that was collected.
package journal

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"polycom.com/usagedata/core/durable"
)

// Outcome is how an attempt ended, or what else is recorded. The list is closed.
type Outcome string

// The outcomes.
const (
	Declined Outcome = "declined"  // consent is missing: nothing collected, nothing sent
	Spooled  Outcome = "spooled"   // a document was made and waits
	Uploaded Outcome = "uploaded"  // the collection point accepted it
	Deferred Outcome = "deferred"  // window closed, budget spent, or asked to wait: later
	Rejected Outcome = "rejected"  // the collection point will never accept it
	Failed   Outcome = "failed"    // neither; tried again
	Dropped  Outcome = "dropped"   // removed unsent, or could not be made
	Withheld Outcome = "withheld"  // the leak gate kept a value back
	Decided  Outcome = "decided"   // consent was changed
	Asked    Outcome = "asked"     // the fallback name server was, for the collection point (DNS-1)
	SetAside Outcome = "set_aside" // a plugin that kept failing: it is not started any more
	Restored Outcome = "restored"  // a plugin may be started again: the administrator said so, or another one is installed
	Mended   Outcome = "mended"    // a file of the state folder was damaged and is replaced
)

var outcomes = []Outcome{Declined, Spooled, Uploaded, Deferred, Rejected, Failed, Dropped, Withheld, Decided, Asked,
	SetAside, Restored, Mended}

// Entry is one line of the journal. Members that do not apply are left out.
type Entry struct {
	// Time is when it happened, by the local clock; written as RFC 3339 in full seconds.
	Time    time.Time `json:"time"`
	Outcome Outcome   `json:"outcome"`
	// ID and Period say which document: its id, and the beginning of its period.
	ID     string    `json:"id,omitempty"`
	Period time.Time `json:"period,omitzero"`
	// DocumentBytes is the document's length before compression; WireBytes is what crossed
	// the wire for it, in bytes of IP, both directions.
	DocumentBytes int64 `json:"document_bytes,omitempty"`
	WireBytes     int64 `json:"wire_bytes,omitempty"`
	// How many values were treated in which way.
	Kept          int64 `json:"kept,omitempty"`
	Pseudonymized int64 `json:"pseudonymized,omitempty"`
	Scrubbed      int64 `json:"scrubbed,omitempty"`
	Suppressed    int64 `json:"suppressed,omitempty"`
	Undeclared    int64 `json:"undeclared,omitempty"`
	Withheld      int64 `json:"withheld,omitempty"`
	// Field is the one in which the leak gate found something, as category.field, and Rule is what it found there: a word
	// of a closed list.
	Field string `json:"field,omitempty"`
	Rule  string `json:"rule,omitempty"`
	// Omitted says why each category that is not in the document is not, by category; of one that is, by category.field
	// what it lacks.
	Omitted map[string]string `json:"omitted,omitempty"`
	// Reason is a sentence for the administrator.
	Reason string `json:"reason,omitempty"`
	// Actor decided, and Choice is what.
	Actor  string `json:"actor,omitempty"`
	Choice string `json:"choice,omitempty"`
}

// defaultMax is the size in bytes at which a journal is rotated. With its predecessor it
// holds at least some months of hours.
const defaultMax = 1 << 20

// Journal is safe for use by several goroutines and by several processes on the same file.
type Journal struct {
	disk durable.Disk
	path string
	max  int64 // bytes
}

// Open names the file of the journal; its folder must exist when something is recorded.
func Open(disk durable.Disk, path string) *Journal {
	return &Journal{disk: disk, path: path, max: defaultMax}
}

// Record adds e at the end, durably before it returns. A crash in the middle leaves a torn
// line, which costs this entry and no other.
func (j *Journal) Record(e Entry) error {
	if !slices.Contains(outcomes, e.Outcome) {
		return fmt.Errorf("record in journal: %q is no outcome", e.Outcome)
	}
	e.Time = e.Time.Truncate(time.Second)
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("record in journal: %w", err)
	}
	if len(line) > maxLine {
		return fmt.Errorf("record in journal: entry of %d bytes is too long", len(line))
	}
	unlock, err := durable.Lock(j.disk, j.path)
	if err != nil {
		return fmt.Errorf("record in journal: %w", err)
	}
	defer unlock()
	if err := durable.Rotate(j.disk, j.path, int64(len(line)), j.max, 1); err != nil {
		return fmt.Errorf("rotate journal: %w", err)
	}
	return durable.Append(j.disk, j.path, line, 0o640)
}

// Files returns the journal's files, the newest first: journal.jsonl and its predecessor journal.jsonl.1.
func (j *Journal) Files() []string { return []string{j.path, durable.Predecessor(j.path, 1)} }
