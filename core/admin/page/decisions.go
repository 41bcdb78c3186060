package page

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/consent"
)

// decisionRow is one decision of the history.
type decisionRow struct {
	When                 timeView
	Choice               string
	Actor, Way           string
	EULA, Profile, Stamp string
	LeftOut              string
}

type decisions struct {
	Rows       []decisionRow
	Now        choice
	Identity   *identity
	KeyProblem string // why there is no Identity
}

// decisions shows the history of decisions, newest first (CONS-2).
func (p pages) decisions(w http.ResponseWriter, r *http.Request) {
	all, err := p.Decisions()
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	now := p.localTime()
	v := decisions{Now: p.choice(now)}
	for _, d := range slices.Backward(all) {
		row := decisionRow{When: viewTime(d.Time, now), Choice: d.Choice.String(), Actor: d.Actor, Way: d.Way,
			EULA: d.EULA}
		if d.Choice == consent.Allowed && d.Profile > 0 {
			row.Profile = strconv.Itoa(d.Profile)
		}
		if d.Choice == consent.Allowed {
			row.LeftOut = strings.Join(d.LeftOut, ", ")
		}
		v.Rows = append(v.Rows, row)
	}
	if id, err := p.identity(); err == nil {
		v.Identity = &id
	} else {
		v.KeyProblem = sentence(err.Error())
	}
	p.write(w, r, http.StatusOK, "decisions", frame{Title: "Decisions", Here: "decisions", Content: v})
}

// archive streams the log archive (VIEW-2). If an error comes after the first byte, the connection
// is cut, and a zip file that is cut off does not open.
func (p pages) archive(w http.ResponseWriter, _ *http.Request) {
	name := "usagedata-" + p.Profile.ID + "-" + p.localTime().Format("20060102T1504") + ".zip"
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if err := p.Archive(w); err != nil {
		panic(http.ErrAbortHandler)
	}
}
