package status

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
)

// Trouble is a failure that has lasted, for an administrator who looks: what fails, since when, why,
// and what to do. It ends by itself when the work succeeds again.
type Trouble struct {
	Kind     TroubleKind `json:"kind"`
	Critical bool        `json:"critical"` // nothing is sent, or it has lasted a day; otherwise a warning
	Since    time.Time   `json:"since,omitzero"`
	Times    int         `json:"times,omitempty"` // in a row
	Sentence string      `json:"sentence"`
	Hint     string      `json:"hint,omitempty"`
}

// Health returns the degree of health that the trouble leaves.
func (t Trouble) Health() Health {
	if t.Critical {
		return Critical
	}
	return Warning
}

// TroubleKind says what fails. The list is closed.
type TroubleKind string

// The kinds, in the order in which they are shown.
const (
	DecisionTrouble TroubleKind = "decision" // it can't be read, which counts as a denial
	ClockTrouble    TroubleKind = "clock"    // the local clock is not known
	ServiceTrouble  TroubleKind = "service"  // it does nothing
	PluginTrouble   TroubleKind = "plugin"   // it is not started any more
	DocumentTrouble TroubleKind = "document" // none can be made
	UploadTrouble   TroubleKind = "upload"   // none is accepted
	RejectTrouble   TroubleKind = "rejected" // the collection point rejects them
	ExportTrouble   TroubleKind = "export"   // documents wait long for an export or its receipt
	FieldTrouble    TroubleKind = "field"    // a part of the documents is missing each time
)

// Health sums the troubles up, in the words of monitoring programs.
type Health string

// The degrees of health.
const (
	OK       Health = "ok"
	Warning  Health = "warning"
	Critical Health = "critical"
)

// Code returns the exit code of a monitoring plugin.
func (h Health) Code() int {
	switch h {
	case Warning:
		return 1
	case Critical:
		return 2
	}
	return 0
}

// A failure is trouble if it has lasted an hour, because each is tried again within its hour, or if
// it has happened three times in a row. After a day it is critical.
const (
	lasting  = time.Hour
	enough   = 3
	aDay     = 24 * time.Hour
	silentAt = 2*time.Hour + 10*time.Minute // a slot may be anywhere in its hour
)

// troubles finds what lasts, in the journal's lines and in what is known already. Nothing is trouble
// while sending is not allowed, except a decision that can't be read.
func (st *Status) troubles(s Sources, d consent.Decision, lines []journal.Entry, now time.Time) {
	if st.Problem != "" {
		st.Troubles = append(st.Troubles,
			Trouble{Kind: DecisionTrouble, Critical: true, Sentence: st.Problem, Hint: st.Hint})
	}
	if d.Choice == consent.Allowed {
		st.Troubles = append(st.Troubles, st.notWorking(s, lines, now)...)
		for _, found := range []func([]journal.Entry, time.Time) (Trouble, bool){undone, unaccepted, rejected} {
			t, lasts := found(lines, now)
			lasts = lasts && !(s.ByFile && t.Kind == UploadTrouble) // none is tried any more
			if told := t.Kind == DocumentTrouble && st.Plugin.SetAside; lasts && !told {
				st.Troubles = append(st.Troubles, t)
			}
		}
		st.Troubles = append(st.Troubles, missing(s.Profile.ID, lines, now)...)
		if t, lasts := unexported(s, st.oldest, now); lasts {
			st.Troubles = append(st.Troubles, t)
		}
	}
	st.Health = OK
	for _, t := range st.Troubles {
		if st.Health != Critical {
			st.Health = t.Health()
		}
	}
	slices.SortStableFunc(st.Troubles, func(a, b Trouble) int {
		return cmp.Compare(a.Health(), b.Health()) // by the words, critical comes first
	})
	if st.Fails() {
		st.Sentence = strings.Replace(st.Sentence, st.Delivery.Says(Effect(d)), st.failing(), 1)
	}
}

// failing returns the effect of a yes while nothing is sent, or nothing is ready for an export.
func (st *Status) failing() string {
	if st.Delivery == File {
		return "usage data is to be collected for an export, but this fails"
	}
	return "usage data is to be sent automatically, but this fails"
}

// Fails reports whether a trouble keeps whole documents from being sent.
func (st Status) Fails() bool {
	return st.Decision == consent.Allowed.String() &&
		slices.ContainsFunc(st.Troubles, func(t Trouble) bool { return t.Kind != FieldTrouble })
}

// notWorking returns the troubles that keep the service from trying.
func (st *Status) notWorking(s Sources, lines []journal.Entry, now time.Time) (found []Trouble) {
	if st.ClockProblem != "" {
		found = append(found, Trouble{Kind: ClockTrouble, Critical: true, Hint: st.ClockHint,
			Sentence: "the local clock is not known: " + st.ClockProblem + "; nothing is sent"})
	}
	if last := st.lastSign(lines, now); now.Sub(last) >= silentAt && s.Up >= silentAt {
		found = append(found, Trouble{Kind: ServiceTrouble, Critical: now.Sub(last) >= aDay, Since: last,
			Sentence: "the service has done nothing since " + usage.Moment(last, now.Location()),
			Hint: "`systemctl status usagedata` says whether it runs; `journalctl -u usagedata` says why it does " +
				"not"})
	}
	if st.Plugin.SetAside {
		found = append(found, Trouble{Kind: PluginTrouble, Critical: true, Since: st.Plugin.At,
			Times: st.Plugin.Failures, Hint: cmp.Or(st.Plugin.Hint, quarantine.Remedy),
			Sentence: fmt.Sprintf("no document is made since %s: the plugin was set aside after %d starts in a row "+
				"that failed, at last: %s", usage.Moment(st.Plugin.At, now.Location()), st.Plugin.Failures,
				st.Plugin.Reason)})
	}
	return found
}

// lastSign returns when the service last did anything, or when sending was allowed after that. A line
// from the future was written before the clock was set back, and says nothing about today.
func (st *Status) lastSign(lines []journal.Entry, now time.Time) time.Time {
	last := st.DecisionAt
	if st.LastSent != nil {
		lines = append(lines[:len(lines):len(lines)], *st.LastSent)
	}
	for _, line := range lines {
		switch line.Outcome {
		case journal.Decided, journal.Asked, journal.Restored, journal.Mended, journal.Exported:
		default:
			if line.Time.After(last) && !inFuture(line, now) && !strings.HasPrefix(line.Reason, ByReceipt) {
				last = line.Time
			}
		}
	}
	return last
}

// inFuture reports whether a line was written before the clock was set back. A clock that is
// corrected a little all the time, and a zone whose offset has seconds, make less of a difference.
func inFuture(line journal.Entry, now time.Time) bool { return line.Time.Sub(now) > 5*time.Minute }

// streak is a number of failures in a row, up to the newest line.
type streak struct {
	newest journal.Entry
	first  time.Time // of the failures that are not in the future; zero if all are
	times  int
	open   bool // the journal does not reach back to the success before
}

func (s *streak) add(line journal.Entry, now time.Time) {
	if s.times == 0 {
		s.newest = line
	}
	s.times++
	if !inFuture(line, now) && (s.first.IsZero() || line.Time.Before(s.first)) {
		s.first = line.Time
	}
}

func (s streak) critical(now time.Time) bool { return !s.first.IsZero() && now.Sub(s.first) >= aDay }

// lasts reports whether the failures are trouble.
func (s streak) lasts(now time.Time) bool {
	return s.times >= enough || !s.first.IsZero() && now.Sub(s.first) >= lasting
}

// since says since when, and how often.
func (s streak) since(zone *time.Location) string {
	begun := "a time that is not known, because the clock was set back"
	if !s.first.IsZero() {
		begun = usage.Moment(s.first, zone)
		if s.open {
			begun += " or earlier"
		}
	}
	if s.times == 1 {
		return begun
	}
	return fmt.Sprintf("%s, %d times in a row", begun, s.times)
}

// why returns the reason of a line, without the name of its document.
func why(e journal.Entry) string {
	_, why, found := strings.Cut(e.Reason, e.ID+": ")
	if e.ID == "" || !found {
		return e.Reason
	}
	return why
}

// streakOf counts the failures after the last success. A changed decision begins anew.
func streakOf(lines []journal.Entry, now time.Time, fails func(journal.Entry) bool, works journal.Outcome) (s streak) {
	for _, line := range slices.Backward(lines) {
		if line.Outcome == works || line.Outcome == journal.Decided || line.Outcome == journal.Declined {
			return s
		}
		if fails(line) {
			s.add(line, now)
		}
	}
	s.open = true
	return s
}

// undone finds that no document can be made.
func undone(lines []journal.Entry, now time.Time) (Trouble, bool) {
	s := streakOf(lines, now, func(e journal.Entry) bool { return e.Outcome == journal.Failed && e.DocumentBytes == 0 },
		journal.Spooled)
	return Trouble{Kind: DocumentTrouble, Critical: s.critical(now), Since: s.first, Times: s.times,
		Sentence: "no document could be made since " + s.since(now.Location()) + ": " + why(s.newest),
		Hint:     cmp.Or(s.newest.Hint, hintCheck)}, s.lasts(now)
}

// unaccepted finds that documents are made and do not arrive. An upload that the collection point or
// the budget puts off is no failure, unless that lasts a day.
func unaccepted(lines []journal.Entry, now time.Time) (Trouble, bool) {
	put := func(e journal.Entry) bool { return e.Outcome == journal.Deferred && e.ID != "" }
	s := streakOf(lines, now, func(e journal.Entry) bool { return e.Outcome == journal.Failed && e.DocumentBytes > 0 },
		journal.Uploaded)
	lasts := s.lasts(now)
	if s.times == 0 {
		s = streakOf(lines, now, put, journal.Uploaded)
		lasts = s.critical(now) && s.times > 0
	}
	return Trouble{Kind: UploadTrouble, Critical: s.critical(now), Since: s.first, Times: s.times,
		Sentence: "no document was accepted since " + s.since(now.Location()) + ": " + why(s.newest),
		Hint:     cmp.Or(s.newest.Hint, hintCheck)}, lasts
}

// rejected finds documents that will never be accepted, if none was accepted after them.
func rejected(lines []journal.Entry, now time.Time) (Trouble, bool) {
	s := streakOf(lines, now, func(e journal.Entry) bool { return e.Outcome == journal.Rejected }, journal.Uploaded)
	return Trouble{Kind: RejectTrouble, Critical: s.critical(now), Since: s.first, Times: s.times,
		Sentence: "the collection point rejected the last documents since " + s.since(now.Location()) + ": " +
			why(s.newest),
		Hint: cmp.Or(s.newest.Hint, hintCheck)}, s.times > 0
}

const hintCheck = "`usagedata check` looks for the cause"

// missing finds what the last documents lack because its source failed, grouped by the reason and by
// since when.
func missing(product string, lines []journal.Entry, now time.Time) (found []Trouble) {
	var documents []journal.Entry
	for _, line := range slices.Backward(lines) {
		if line.Outcome == journal.Spooled && usage.MadeFor(line.ID, product) {
			documents = append(documents, line)
		}
	}
	if len(documents) == 0 {
		return nil
	}
	type group struct {
		reason usage.Reason
		times  int
	}
	places := map[group][]string{}
	for place, sentence := range documents[0].Omitted {
		n := 0
		for n < len(documents) && lacks(documents[n], place) {
			n++
		}
		if reason, _ := usage.ReasonOf(sentence); n >= enough {
			places[group{reason, n}] = append(places[group{reason, n}], place)
		}
	}
	for of, all := range places {
		slices.Sort(all)
		s := streak{open: of.times == len(documents) && !slices.ContainsFunc(lines, isDecision)}
		for _, document := range documents[:of.times] {
			s.add(document, now)
		}
		found = append(found, Trouble{Kind: FieldTrouble, Since: s.first, Times: s.times, Hint: adviceOn(of.reason),
			Sentence: fmt.Sprintf("the documents lack %s since %s: %s", strings.Join(all, ", "),
				s.since(now.Location()), strings.TrimPrefix(of.reason.Sentence(), "not available: "))})
	}
	slices.SortFunc(found, func(a, b Trouble) int { return strings.Compare(a.Sentence, b.Sentence) })
	return found
}

func isDecision(line journal.Entry) bool { return line.Outcome == journal.Decided }

// lacks reports whether a document has a place missing because of a failure, whatever its reason.
func lacks(document journal.Entry, place string) bool {
	reason, known := usage.ReasonOf(document.Omitted[place])
	return known && reason.IsFailure()
}
