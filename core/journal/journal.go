// Package journal keeps the customer's record of collected, sent, deferred, rejected and lost
// documents, and of each decision with its author (VIEW-1, CONS-2): one JSON object per line,
// counts and reasons only, never a collected value.
package journal

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"polycom.com/usagedata/core/durable"
)

// Outcome says how an attempt ended, or names another recorded event. The list is closed.
type Outcome string

// The outcomes.
const (
	Declined Outcome = "declined"  // consent is missing: nothing collected, nothing sent
	Spooled  Outcome = "spooled"   // a document was made and waits
	Uploaded Outcome = "uploaded"  // the collection point accepted it
	Exported Outcome = "exported"  // waiting documents were written to a file, and keep waiting
	Deferred Outcome = "deferred"  // window closed, budget spent, or asked to wait: later
	Rejected Outcome = "rejected"  // the collection point will never accept it
	Failed   Outcome = "failed"    // neither; tried again
	Dropped  Outcome = "dropped"   // removed without being sent, or could not be made
	Withheld Outcome = "withheld"  // the leak gate kept a value back
	Decided  Outcome = "decided"   // consent was changed
	Asked    Outcome = "asked"     // the fallback name server was asked for the collection point (DNS-1)
	SetAside Outcome = "set_aside" // a plugin that kept failing: it is no longer started
	// a plugin may be started again: the administrator allowed it, or another plugin is installed
	Restored Outcome = "restored"
	Mended   Outcome = "mended" // a file of the state folder was damaged and has been replaced
)

var outcomes = []Outcome{Declined, Spooled, Uploaded, Exported, Deferred, Rejected, Failed, Dropped, Withheld, Decided,
	Asked, SetAside, Restored, Mended}

// Entry is one line of the journal. Members that do not apply are omitted.
type Entry struct {
	// Time is the time of the event by the local clock, written as RFC 3339 in whole seconds.
	Time    time.Time `json:"time"`
	Outcome Outcome   `json:"outcome"`
	// ID and Period identify the document: its id, and the beginning of its period.
	ID     string    `json:"id,omitempty"`
	Period time.Time `json:"period,omitzero"`
	// DocumentBytes is the document's length before compression; WireBytes is the number of bytes
	// of IP that crossed the wire for it, in both directions.
	DocumentBytes int64 `json:"document_bytes,omitempty"`
	WireBytes     int64 `json:"wire_bytes,omitempty"`
	// Documents is the number of documents in an export. Its Period is that of the newest, and
	// DocumentBytes is the length of all.
	Documents int `json:"documents,omitempty"`
	// The number of values for each treatment.
	Kept          int64 `json:"kept,omitempty"`
	Pseudonymized int64 `json:"pseudonymized,omitempty"`
	Scrubbed      int64 `json:"scrubbed,omitempty"`
	Suppressed    int64 `json:"suppressed,omitempty"`
	Undeclared    int64 `json:"undeclared,omitempty"`
	Withheld      int64 `json:"withheld,omitempty"`
	// Field is the field in which the leak gate found something, as category.field, and Rule names
	// the finding by a word of a closed list.
	Field string `json:"field,omitempty"`
	Rule  string `json:"rule,omitempty"`
	// Omitted gives the reason for each category that is missing from the document, by category,
	// and for each part missing from a category that is present, by category.field.
	Omitted map[string]string `json:"omitted,omitempty"`
	// Reason is a sentence for the administrator.
	Reason string `json:"reason,omitempty"`
	// Hint says what the administrator can do about the reason.
	Hint string `json:"hint,omitempty"`
	// Actor made the decision Choice.
	Actor  string `json:"actor,omitempty"`
	Choice string `json:"choice,omitempty"`
}

// defaultMax is the size in bytes at which a journal is rotated. Together with its predecessor it
// holds at least some months of hours.
const defaultMax = 1 << 20

// Journal is an open journal. It is safe for use by several goroutines and by several processes on
// the same file.
type Journal struct {
	disk durable.Disk
	path string
	max  int64 // bytes
}

// Open returns the journal in the file at path. Its folder must exist when an entry is recorded.
func Open(disk durable.Disk, path string) *Journal {
	return &Journal{disk: disk, path: path, max: defaultMax}
}

// Record appends e, and returns after it is durable. A crash in the middle leaves a torn line,
// which costs only this entry.
func (j *Journal) Record(e Entry) error {
	if !slices.Contains(outcomes, e.Outcome) {
		return fmt.Errorf("record in journal: %q is not an outcome", e.Outcome)
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

// Files returns the journal's files, the newest first: journal.jsonl and its predecessor
// journal.jsonl.1.
func (j *Journal) Files() []string { return []string{j.path, durable.Predecessor(j.path, 1)} }
