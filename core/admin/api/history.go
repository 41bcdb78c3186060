package api

import (
	"net/http"
	"time"

	"polycom.com/usagedata/core/consent"
)

// mostDecisions bounds the answer about the history; it lists the newest ones.
const mostDecisions = 1000

// pastDecision is a decision of the history.
type pastDecision struct {
	Choice  consent.Choice `json:"choice"`
	Time    time.Time      `json:"time"`
	Actor   string         `json:"actor"`
	Way     string         `json:"way,omitempty"`
	EULA    string         `json:"eula,omitempty"`
	Profile int            `json:"profile,omitempty"`
	LeftOut []string       `json:"left_out,omitempty"`

	RemoveSent bool `json:"remove_sent,omitempty"` // it also removed the documents that were sent
}

func (a *api) decisions(w http.ResponseWriter, _ *http.Request) {
	all, err := a.Decisions()
	left := max(0, len(all)-mostDecisions)
	list := []pastDecision{}
	for _, d := range all[left:] {
		list = append(list, pastDecision{d.Choice, d.Time, d.Actor, d.Way, d.EULA, d.Profile, d.LeftOut, d.RemoveSent})
	}
	writeJSON(w, map[string]any{"decisions": list, "left_out": left}, err)
}
