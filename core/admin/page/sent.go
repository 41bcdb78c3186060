package page

import (
	"errors"
	"io/fs"
	"net/http"
	"slices"

	"polycom.com/usagedata/core/journal"
)

// documentView is a document for display: the tree, the exact text, and facts about it.
type documentView struct {
	Tree     tree
	Text     string
	Size     string
	Legend   []treatment
	Period   string
	Start    timeView
	Accepted timeView // when the collection point accepted it; zero if not known
	Download string   // the address of the exact bytes
	Missing  bool
}

func (p pages) documentView(text []byte) documentView {
	d := documentView{Tree: buildTree(p.Profile, text), Text: string(text), Size: grouped(int64(len(text))),
		Legend: legend()}
	if !d.Tree.Start.IsZero() {
		now := p.localTime()
		d.Start = viewTime(d.Tree.Start, now)
		d.Period = formatPeriod(d.Tree.Start, now)
	}
	return d
}

// accepted looks up in the journal when the document was accepted.
func (p pages) accepted(id string) timeView {
	lines, err := p.Journal.Last(mostLines)
	if err != nil {
		return timeView{}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].ID == id && lines[i].Outcome == journal.Uploaded {
			return viewTime(lines[i].Time, p.localTime())
		}
	}
	return timeView{}
}

// downloadSent sends the document byte for byte.
func (p pages) downloadSent(w http.ResponseWriter, r *http.Request) {
	text, err := p.Sent()
	if errors.Is(err, fs.ErrNotExist) {
		p.writeError(w, r, http.StatusNotFound, "There is no document",
			"The collection point has not accepted a document yet.", "")
		return
	}
	if err != nil {
		p.writeFailure(w, r, err)
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
	all := p.disclosure()
	now, _ := p.Decision() // one that cannot be trusted leaves out nothing
	for i, c := range p.Profile.Categories {
		all.Categories[i].Leaves = describeAll(c.Fields)
		switch {
		case slices.Contains(now.LeftOut, c.Name):
			all.Categories[i].Choice = "You left it out: it is not collected."
		case c.Optional:
			all.Categories[i].Choice = "You can leave it out."
		}
	}
	content := struct {
		disclosure
		Legend []treatment
	}{all, legend()}
	p.write(w, r, http.StatusOK, "collected", frame{Title: "Collected data", Here: "collected", Content: content})
}
