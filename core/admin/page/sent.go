package page

import (
	"errors"
	"io/fs"
	"net/http"

	"polycom.com/usagedata/core/journal"
)

// paperwork is a document for display: the tree, the exact text, and facts about it.
type paperwork struct {
	Tree     tree
	Text     string
	Size     string
	Legend   []treatment
	Period   string
	Start    when
	Accepted when   // when the collection point accepted it; zero if not known
	Download string // the address of the exact bytes
	None     bool
}

func (p pages) paperwork(text []byte) paperwork {
	d := paperwork{Tree: grow(p.Profile, text), Text: string(text), Size: grouped(int64(len(text))), Legend: legend()}
	if !d.Tree.Start.IsZero() {
		now := p.here()
		d.Start = at(d.Tree.Start, now)
		d.Period = about(d.Tree.Start, now)
	}
	return d
}

// sent shows the document that was accepted last (VIEW-1).
func (p pages) sent(w http.ResponseWriter, r *http.Request) {
	text, err := p.Sent()
	d := paperwork{None: true}
	switch {
	case err == nil:
		d = p.paperwork(text)
		d.Accepted, d.Download = p.accepted(d.Tree.ID), "analytics.json"
	case !errors.Is(err, fs.ErrNotExist):
		p.failed(w, r, err)
		return
	}
	p.write(w, r, http.StatusOK, "sent", frame{Title: "Last sent", Here: "sent", Content: d})
}

// accepted looks up in the journal when the document was accepted.
func (p pages) accepted(id string) when {
	lines, err := p.Journal.Last(mostLines)
	if err != nil {
		return when{}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].ID == id && lines[i].Outcome == journal.Uploaded {
			return at(lines[i].Time, p.here())
		}
	}
	return when{}
}

// sentText sends the document byte for byte.
func (p pages) sentText(w http.ResponseWriter, r *http.Request) {
	text, err := p.Sent()
	if errors.Is(err, fs.ErrNotExist) {
		p.trouble(w, r, http.StatusNotFound, "There is no document", "Nothing was accepted by the collection point yet.", "")
		return
	}
	if err != nil {
		p.failed(w, r, err)
		return
	}
	download(w, "analytics.json", text)
}

func download(w http.ResponseWriter, name string, text []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Write(text)
}

// collected shows all fields that the profile approves, whether or not there is a document.
func (p pages) collected(w http.ResponseWriter, r *http.Request) {
	all := p.what()
	for i, c := range p.Profile.Categories {
		all.Categories[i].Leaves = listed(c.Fields)
	}
	content := struct {
		what
		Legend []treatment
	}{all, legend()}
	p.write(w, r, http.StatusOK, "collected", frame{Title: "What is collected", Here: "collected", Content: content})
}
