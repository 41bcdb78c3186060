package page

import (
	"errors"
	"net/http"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/lab"
)

// markLab sets or removes the mark of a test system, as the form says.
func (p pages) markLab(w http.ResponseWriter, r *http.Request) {
	form, err := posted(r)
	value, checked := form["lab"]
	if err != nil || len(form) > 1 || len(form) == 1 && !checked {
		p.notOurForm(w, r)
		return
	}
	mark := lab.Mark{Lab: value == "on", Time: p.Now(), Actor: admin.Actor(r), Way: consent.ByPage}
	switch err := p.MarkLab(mark); {
	case errors.Is(err, lab.ErrConfigured):
		p.writeError(w, r, http.StatusConflict, "Nothing was changed", "The configuration marks this system as a test "+
			"system.", "Remove `lab: true` from config.yaml, and restart the service.")
	case err != nil:
		p.writeFailure(w, r, err)
	default:
		now, _ := p.Decision() // the notice is about the mark, whatever the decision
		p.redirectWithNotice(w, r, now, labSaved(mark.Lab))
	}
}

func labSaved(marked bool) string {
	if marked {
		return "Saved: this system is marked as a test system."
	}
	return "Saved: this system is not marked as a test system."
}
