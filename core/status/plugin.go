package status

import (
	"cmp"
	"fmt"
	"time"

	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
)

// Plugin describes how the plugin's starts ended.
type Plugin struct {
	SHA256     string    `json:"sha256"` // its first twelve characters
	SetAside   bool      `json:"set_aside"`
	Failures   int       `json:"failures"`         // starts in a row
	At         time.Time `json:"at,omitzero"`      // when the last start ended; if it is set aside, since when
	Reason     string    `json:"reason,omitempty"` // why it failed
	Starts     int       `json:"starts_today"`
	StartsMost int       `json:"starts_limit"`
	Problem    string    `json:"problem,omitempty"` // why the record cannot be read
	Hint       string    `json:"hint,omitempty"`    // how to fix the problem
	Sentence   string    `json:"sentence"`
}

// LookAtPlugin reads the record of the plugin's starts.
func LookAtPlugin(record quarantine.Record, now time.Time) Plugin {
	state, err := record.Look(now)
	st := Plugin{
		SHA256: state.Binary.String(), SetAside: state.SetAside(), Failures: state.Failures, At: state.Last,
		Reason: state.Reason,
		Starts: state.Today, StartsMost: quarantine.MaxPerDay, Sentence: fmt.Sprintf("%s; %s", state, Today(state)),
	}
	if err != nil {
		st.Problem, st.Sentence = err.Error(), fmt.Sprintf("%v; %s", err, Today(state))
		st.Hint = cmp.Or(usage.HintOf(err),
			"the next cycle replaces the record; `usagedata plugin retry` replaces it now")
	}
	return st
}

// Today says how many starts the date has had.
func Today(s quarantine.State) string {
	line := fmt.Sprintf("%d of at most %d starts today", s.Today, quarantine.MaxPerDay)
	if s.Today >= quarantine.MaxPerDay {
		line += ": it is started again tomorrow"
	}
	return line
}
