package page

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/usage"
)

// connection is the test of the connection to the collection point, and its result.
type connection struct {
	Host     string
	Port     int
	Takes    string // at most
	Bytes    string // used in this hour
	Limit    string
	Blackout string
	Allowed  bool

	Result  string // in a sentence; empty before the test
	State   string // of the part that is tested
	Says    string
	Hint    string
	Others  []connectionPart
	Refused bool // there is no result
}

// connectionPart is a part that the connection depends on.
type connectionPart struct{ Name, State, Word, Says, Hint string }

// results are the sentences about the states of the connection.
var results = map[string]string{
	"ok": "The connection works.", "warn": "The connection works, but look at this.",
	"fail": "The connection does not work.", "skip": "The connection was not tested.",
}

// words are the states of the other parts.
var words = map[string]string{"ok": "works", "warn": "look at this", "fail": "does not work", "skip": "not tested"}

func (p pages) connectionForm(w http.ResponseWriter, r *http.Request) {
	v, err := p.newConnection()
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	p.showConnection(w, r, http.StatusOK, v)
}

func (p pages) newConnection() (connection, error) {
	st, err := p.Status(p.localTime())
	d, _ := p.Decision()
	return connection{Host: p.Profile.CollectionPoint.Host, Port: p.Profile.CollectionPoint.Port,
		Takes: span(admin.ConnectionTime), Bytes: grouped(st.Bytes), Limit: grouped(st.BytesLimit),
		Blackout: p.blackout(), Allowed: d.Choice == consent.Allowed}, err
}

func (p pages) showConnection(w http.ResponseWriter, r *http.Request, status int, v connection) {
	p.write(w, r, status, "connection", frame{Title: "Test the connection", Content: v})
}

// connection tests the connection. It sends bytes, so it is requested with a button and not by
// following a link.
func (p pages) connection(w http.ResponseWriter, r *http.Request) {
	got, failed := p.Connection(r.Context())
	v, err := p.newConnection() // with the bytes that the test has used
	if err != nil {
		p.writeFailure(w, r, err)
		return
	}
	if failed != nil {
		v.Refused, v.Result, v.Says, v.Hint = true, results["skip"], sentence(failed.Error()),
			sentence(usage.HintOf(failed))
		p.showConnection(w, r, v.refuse(w, failed), v)
		return
	}
	for _, part := range got.Parts {
		if part.Part == admin.CollectionPoint {
			v.Result, v.State = results[part.State], part.State
			v.Says, v.Hint = sentence(part.Says), sentence(part.Hint)
			if part.State == "ok" || part.State == "warn" { // it begins with the name of a host
				v.Says = part.Says + "."
			}
			continue
		}
		v.Others = append(v.Others, connectionPart{title(part.Part), part.State, words[part.State],
			sentence(part.Says), sentence(part.Hint)})
	}
	p.showConnection(w, r, http.StatusOK, v)
}

// refuse says when another test may run.
func (v *connection) refuse(w http.ResponseWriter, err error) (status int) {
	if !errors.Is(err, admin.ErrTesting) {
		return http.StatusInternalServerError
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(admin.ConnectionTime/time.Second)))
	v.Hint = "Its result comes within " + v.Takes + "; then press the button again."
	return http.StatusServiceUnavailable
}
