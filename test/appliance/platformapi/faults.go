package platformapi

import (
	"net/http"
	"strings"
	"sync"
)

// Fault is a fault of a resource. Faults exclude each other: the first one in this order wins.
type Fault struct {
	Hang       bool   // never answers: waits until the client or the appliance ends
	Redirect   string // redirects the client with 302
	Status     int    // answers this status with a plcm-error
	HTML       bool   // answers 200 with a web page
	Endless    bool   // answers JSON that does not end
	Cut        bool   // closes the connection after half of the answer
	WrongTypes bool   // text instead of numbers, numbers instead of text, and so on
}

// Faults holds the faults of the resources. The zero value is a healthy appliance.
type Faults struct {
	mu    sync.Mutex
	paths map[string]Fault
	all   Fault
}

// Set makes one resource faulty, or healthy with the zero Fault. The path is without /api/rest.
func (f *Faults) Set(path string, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.paths == nil {
		f.paths = map[string]Fault{}
	}
	f.paths[path] = fault
}

// SetAll makes every resource faulty that has no fault of its own.
func (f *Faults) SetAll(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = fault
}

func (f *Faults) of(path string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if fault, ok := f.paths[path]; ok {
		return fault
	}
	return f.all
}

// answer simulates a fault that needs no data, and reports whether the request is finished.
func (f Fault) answer(w http.ResponseWriter, r *http.Request) bool {
	if f.Hang {
		<-r.Context().Done()
	}
	switch {
	case r.Context().Err() != nil:
		panic(http.ErrAbortHandler)
	case f.Redirect != "":
		http.Redirect(w, r, f.Redirect, http.StatusFound)
	case f.Status != 0:
		refuse(w, f.Status, "fault on command")
	case f.HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Sign in</title><h1>Please sign in</h1>\n"))
	case f.Endless:
		endless(w)
	default:
		return false
	}
	return true
}

// endless writes until the client closes the connection.
func endless(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	piece := []byte(`{"filler":[` + strings.Repeat("0,", 16<<10))
	for {
		if _, err := w.Write(piece); err != nil {
			panic(http.ErrAbortHandler)
		}
		piece = piece[len(piece)-32<<10:]
	}
}

// cut sends half of an answer, after announcing its full length.
func cut(w http.ResponseWriter, body []byte) {
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// wrongType returns a leaf of another type, which a careful reader must handle.
func wrongType(leaf any) any {
	switch leaf.(type) {
	case int:
		return "not a number"
	case bool:
		return "perhaps"
	default:
		return []any{17}
	}
}
