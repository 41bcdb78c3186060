// Package page is the administrator's view in a browser: the choice and its effect, the documents
// that were sent, wait, or would be sent, and the journal. Pages are rendered here and work without
// script. All links are relative, so a product can serve them behind its own pages under any
// prefix. Package admin decides which requests are permitted.
package page

import (
	"embed"
	"net/http"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/trend"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

//go:embed page.css page.js icon.svg templates
var files embed.FS

// pages are the pages of one appliance.
type pages struct {
	admin.Appliance
	notices *notices
	trends  *trend.Trends
}

// New returns the handler of the pages of an [admin.Appliance], wrapped in [admin.Guard]. All of
// them are on one level, so that a relative link works on every page.
func New(a admin.Appliance) http.Handler {
	p := pages{a, &notices{}, &trend.Trends{History: a.History}}
	return admin.Guard(admin.Dispatch(p.routes(), p.notFound, p.methodNotAllowed))
}

func (p pages) routes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /{$}":            p.overview,
		"POST /decide":        p.decide,
		"GET /ask":            p.ask,
		"POST /lab":           p.markLab,
		"GET /collected":      p.collected,
		"GET /sent":           p.sent,
		"GET /sent.json":      p.downloadAccepted,
		"GET /analytics.json": p.downloadSent,
		"GET /preview":        p.previewForm,
		"POST /preview":       p.preview,
		"GET /waiting":        p.waiting,
		"GET /waiting.json":   p.downloadWaiting,
		"GET /set-aside":      p.keptOne,
		"GET /set-aside.json": p.downloadKept,
		"GET /connection":     p.connectionForm,
		"POST /connection":    p.connection,
		"GET /journal":        p.journal,
		"GET /decisions":      p.decisions,
		"GET /logs.zip":       p.archive,
		"GET /journal.csv":    p.exportJournal,
		"GET /identity":       p.askToRenew,
		"POST /identity":      p.renew,
		"GET /logo":           p.logo,
		"GET /page.css":       file("page.css", "text/css; charset=utf-8"),
		"GET /page.js":        file("page.js", "text/javascript; charset=utf-8"),
		"GET /icon.svg":       file("icon.svg", "image/svg+xml"),
	}
}

func file(name, kind string) http.HandlerFunc {
	text, err := files.ReadFile(name)
	return func(w http.ResponseWriter, _ *http.Request) {
		if err != nil {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Write(text)
	}
}

// window returns the profile's blackout.
func (p pages) window() window.Window {
	return window.Window{Before: p.Profile.Blackout.Before, After: p.Profile.Blackout.After}
}

// localTime returns the present time on the appliance's clock.
func (p pages) localTime() time.Time { return p.Now() }

func (p pages) notFound(w http.ResponseWriter, r *http.Request) {
	p.writeError(w, r, http.StatusNotFound, "There is no such page", "The address may be outdated or mistyped.", "")
}

// methodNotAllowed answers a method that the page does not have, for example if somebody opens the
// address of a form's button.
func (p pages) methodNotAllowed(w http.ResponseWriter, r *http.Request) {
	p.writeError(w, r, http.StatusMethodNotAllowed, "Nothing was done",
		"This address does not accept this kind of request.",
		"Go back to the overview and choose there.")
}

// writeError answers with a page that describes the error and the remedy.
func (p pages) writeError(w http.ResponseWriter, r *http.Request, status int, title, reason, hint string) {
	p.write(w, r, status, "trouble", frame{Title: title, Content: errorText{reason, hint}})
}

type errorText struct{ Reason, Hint string }

// writeFailure answers with a page for an error of another package. The texts of such errors hold
// no value that was collected.
func (p pages) writeFailure(w http.ResponseWriter, r *http.Request, err error) {
	p.writeError(w, r, http.StatusInternalServerError, "That did not work", err.Error(), usage.HintOf(err))
}
