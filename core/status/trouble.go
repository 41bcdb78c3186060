package status

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/journal"
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
			if told := t.Kind == DocumentTrouble && st.Plugin.SetAside; lasts && !told {
				st.Troubles = append(st.Troubles, t)
			}
		}
		st.Troubles = append(st.Troubles, missing(s.Profile.ID, lines, now.Location())...)
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
		st.Sentence = strings.Replace(st.Sentence, Effect(d), failing, 1)
	}
}

// failing is the effect of a yes while nothing is sent.
const failing = "usage data is to be sent automatically, but this fails"

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
	if last := lastSign(lines, st.DecisionAt); now.Sub(last) >= silentAt && s.Up >= silentAt {
		found = append(found, Trouble{Kind: ServiceTrouble, Critical: now.Sub(last) >= aDay, Since: last,
			Sentence: "the service has done nothing since " + clock(last, now.Location()),
			Hint: "`systemctl status usagedata` says whether it runs; `journalctl -u usagedata` says why it does " +
				"not"})
	}
	if st.Plugin.SetAside {
		found = append(found, Trouble{Kind: PluginTrouble, Critical: true, Since: st.Plugin.At,
			Times: st.Plugin.Failures, Sentence: "no document is made: the plugin " + st.Plugin.Sentence,
			Hint: st.Plugin.Hint})
	}
	return found
}

// lastSign returns when the service last did anything, or when sending was allowed after that.
func lastSign(lines []journal.Entry, allowed time.Time) time.Time {
	last := allowed
	for _, line := range lines {
		switch line.Outcome {
		case journal.Decided, journal.Asked, journal.Restored, journal.Mended:
		default:
			if line.Time.After(last) {
				last = line.Time
			}
		}
	}
	return last
}

// streak is a number of failures in a row, up to the newest line.
type streak struct {
	first, newest journal.Entry
	times         int
}

func (s streak) critical(now time.Time) bool { return now.Sub(s.first.Time) >= aDay }

// lasts reports whether the failures are trouble.
func (s streak) lasts(now time.Time) bool {
	return s.times >= enough || s.times > 0 && now.Sub(s.first.Time) >= lasting
}

// since says since when, and how often.
func (s streak) since(zone *time.Location) string {
	if s.times == 1 {
		return clock(s.first.Time, zone)
	}
	return fmt.Sprintf("%s, %d times in a row", clock(s.first.Time, zone), s.times)
}

// why returns the newest reason, without the name of its document.
func (s streak) why() string {
	_, why, found := strings.Cut(s.newest.Reason, s.newest.ID+": ")
	if s.newest.ID == "" || !found {
		return s.newest.Reason
	}
	return why
}

// streakOf counts the failures after the last success. A changed decision begins anew.
func streakOf(lines []journal.Entry, fails func(journal.Entry) bool, works journal.Outcome) (s streak) {
	for _, line := range slices.Backward(lines) {
		if line.Outcome == works || line.Outcome == journal.Decided || line.Outcome == journal.Declined {
			break
		}
		if fails(line) {
			if s.times == 0 {
				s.newest = line
			}
			s.first = line
			s.times++
		}
	}
	return s
}

// undone finds that no document can be made.
func undone(lines []journal.Entry, now time.Time) (Trouble, bool) {
	s := streakOf(lines, func(e journal.Entry) bool { return e.Outcome == journal.Failed && e.DocumentBytes == 0 },
		journal.Spooled)
	return Trouble{Kind: DocumentTrouble, Critical: s.critical(now), Since: s.first.Time, Times: s.times,
		Sentence: "no document could be made since " + s.since(now.Location()) + ": " + s.why(),
		Hint:     cmp.Or(s.newest.Hint, hintCheck)}, s.lasts(now)
}

// unaccepted finds that documents are made and do not arrive. An upload that the collection point or
// the budget puts off is no failure, unless that lasts a day.
func unaccepted(lines []journal.Entry, now time.Time) (Trouble, bool) {
	put := func(e journal.Entry) bool { return e.Outcome == journal.Deferred && e.ID != "" }
	s := streakOf(lines, func(e journal.Entry) bool { return e.Outcome == journal.Failed && e.DocumentBytes > 0 },
		journal.Uploaded)
	lasts := s.lasts(now)
	if s.times == 0 {
		s = streakOf(lines, put, journal.Uploaded)
		lasts = s.critical(now) && s.times > 0
	}
	return Trouble{Kind: UploadTrouble, Critical: s.critical(now), Since: s.first.Time, Times: s.times,
		Sentence: "no document was accepted since " + s.since(now.Location()) + ": " + s.why(),
		Hint:     cmp.Or(s.newest.Hint, hintCheck)}, lasts
}

// rejected finds documents that will never be accepted, if none was accepted after them.
func rejected(lines []journal.Entry, now time.Time) (Trouble, bool) {
	s := streakOf(lines, func(e journal.Entry) bool { return e.Outcome == journal.Rejected }, journal.Uploaded)
	return Trouble{Kind: RejectTrouble, Critical: s.critical(now), Since: s.first.Time, Times: s.times,
		Sentence: "the collection point rejected the last documents since " + s.since(now.Location()) + ": " +
			s.why(),
		Hint: cmp.Or(s.newest.Hint, hintCheck)}, s.times > 0
}

const hintCheck = "`usagedata check` looks for the cause"

// missing finds what the last documents lack because its source failed, grouped by the reason.
func missing(product string, lines []journal.Entry, zone *time.Location) (found []Trouble) {
	var documents []journal.Entry
	for _, line := range slices.Backward(lines) {
		if line.Outcome == journal.Spooled && strings.HasPrefix(line.ID, product+"-") {
			documents = append(documents, line)
		}
	}
	if len(documents) == 0 {
		return nil
	}
	places := map[usage.Reason][]string{}
	since, times := map[usage.Reason]time.Time{}, map[usage.Reason]int{}
	for place, sentence := range documents[0].Omitted {
		n := 0
		for n < len(documents) && lacks(documents[n], place) {
			n++
		}
		if n < enough {
			continue
		}
		reason, _ := usage.ReasonOf(sentence)
		places[reason] = append(places[reason], place)
		if began := documents[n-1].Time; n > times[reason] {
			since[reason], times[reason] = began, n
		}
	}
	for reason, all := range places {
		slices.Sort(all)
		found = append(found, Trouble{Kind: FieldTrouble, Since: since[reason], Times: times[reason],
			Sentence: fmt.Sprintf("%s: %s, in the last %d documents, since %s", strings.Join(all, ", "),
				reason.Sentence(), times[reason], clock(since[reason], zone)),
			Hint: hintCheck})
	}
	slices.SortFunc(found, func(a, b Trouble) int { return strings.Compare(a.Sentence, b.Sentence) })
	return found
}

// lacks reports whether a document has a place missing because of a failure, whatever its reason.
func lacks(document journal.Entry, place string) bool {
	reason, known := usage.ReasonOf(document.Omitted[place])
	return known && reason.IsFailure()
}
