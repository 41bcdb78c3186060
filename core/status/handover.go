package status

import (
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// Delivery is how documents reach the collection point.
type Delivery string

// The ways. With File the appliance sends nothing itself.
const (
	Network Delivery = "network"
	File    Delivery = "file"
)

// DeliveryBy returns [File] or [Network].
func DeliveryBy(file bool) Delivery {
	if file {
		return File
	}
	return Network
}

// Says corrects a sentence about a decision for an appliance that sends nothing itself.
func (d Delivery) Says(sentence string) string {
	if d == File {
		return strings.Replace(sentence, sentAutomatically, collectedForExport, 1)
	}
	return sentence
}

// ByReceipt begins the reason of a document whose outcome a receipt for an export has told.
const ByReceipt = "by the receipt of an export"

// collectedForExport takes the place of sentAutomatically on an appliance that sends nothing itself.
const collectedForExport = "usage data is collected, and waits for an export"

// lastExport finds the last export and the last receipt; the newest line is the last.
func (st *Status) lastExport(lines []journal.Entry) {
	for i, line := range lines {
		switch {
		case line.Outcome == journal.Exported:
			st.LastExport = &lines[i]
		case strings.HasPrefix(line.Reason, ByReceipt):
			st.LastReceipt = line.Time
		}
	}
}

// ExportSentence says when waiting documents were last exported, with times in the zone.
func (st Status) ExportSentence(zone *time.Location) string {
	e := st.LastExport
	if e == nil {
		return "none yet"
	}
	documents := usage.Number(e.Documents, "document") + ", "
	if e.Documents != 1 {
		documents += "the newest "
	}
	return usage.Moment(e.Time, zone) + ", " + documents + "about " + usage.PeriodFrom(e.Period).DayAndClock(zone)
}

// ReceiptSentence says when a receipt last recorded a document.
func (st Status) ReceiptSentence(zone *time.Location) string {
	if st.LastReceipt.IsZero() {
		return "none yet"
	}
	return usage.Moment(st.LastReceipt, zone)
}

// Documents that wait for an export are trouble once the oldest one has waited for 30 days. It is removed
// after 45.
const (
	longWait = 30 * aDay
	soonGone = 44 * aDay
)

// unexported finds that documents are about to be removed before a receipt for them has come. The oldest
// is about the period that begins then.
func unexported(s Sources, oldest, now time.Time) (Trouble, bool) {
	waits := now.Sub(oldest)
	return Trouble{Kind: ExportTrouble, Critical: waits >= soonGone, Since: oldest,
		Sentence: fmt.Sprintf("documents have waited for an export or its receipt since %s; they are removed after %d "+
			"days", usage.Moment(oldest, now.Location()), int(profile.FileAge/aDay)),
		Hint: "write them to a file with `usagedata export FILE`, carry it to the collection point, and take its " +
			"receipt with `usagedata export --receipt FILE`"}, s.ByFile && !oldest.IsZero() && waits >= longWait
}
