package api

import (
	"errors"
	"net/http"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/lab"
	"polycom.com/usagedata/core/strictjson"
)

func (a *api) lab(w http.ResponseWriter, _ *http.Request) { writeJSON(w, a.Lab(), nil) }

// markLab sets or removes the mark of a test system, and answers with the mark that there is then.
func (a *api) markLab(w http.ResponseWriter, r *http.Request) {
	mark, code, err := readRequest(r, decodeLab)
	if err != nil {
		refuse(w, code, err)
		return
	}
	err = a.MarkLab(lab.Mark{Lab: mark, Time: a.Now(), Actor: admin.Actor(r), Way: way(r)})
	switch {
	case errors.Is(err, lab.ErrConfigured):
		refuse(w, http.StatusConflict, err)
	case err != nil:
		refuse(w, http.StatusInternalServerError, err)
	default:
		writeJSON(w, a.Lab(), nil)
	}
}

var errLab = errors.New("the body must be a JSON object with lab, true or false, once")

func decodeLab(text []byte) (mark bool, err error) {
	members, err := strictjson.Parse(text)
	if err != nil || len(members) != 1 || members[0].Name != "lab" {
		return false, errLab
	}
	switch string(members[0].Value) { // encoding/json takes null for false
	case "true", "false":
		return string(members[0].Value) == "true", nil
	}
	return false, errLab
}
