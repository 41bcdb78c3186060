package page

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/core/profile"
)

// frame is the data of the layout around the content of each page.
type frame struct {
	Title      string
	Here       string // the page's own address in the navigation; empty if it is not in it
	Profile    profile.Profile
	Version    string
	Crumbs     []string // where the choice is in the product's own navigation
	Now        timeView
	Zone       string
	Navigation []navLink
	HereWord   string // the page's word in the navigation
	Logo       string // address of the product's logo, or of our icon
	Content    any
}

// navLink is one entry of the navigation.
type navLink struct{ Address, Word string }

var navigation = []navLink{
	{"./", "Overview"}, {"collected", "Collected data"}, {"sent", "Sent"}, {"preview", "Preview"},
	{"waiting", "Waiting"},
	{"journal", "Journal"}, {"decisions", "Decisions"},
}

// pageNames are the pages' templates, each with the layout around it.
var pageNames = []string{"overview", "ask", "collected", "sent", "preview", "waiting", "kept", "connection", "journal",
	"decisions", "identity", "trouble"}

// templates parses the templates when the first page is shown: a process that shows none, such as
// `send`, does not need them.
var templates = sync.OnceValue(func() map[string]*template.Template {
	shared := template.Must(template.New("layout.html.tmpl").Funcs(template.FuncMap{
		"title": title, "prose": prose, "grouped": grouped, "span": span, "count": plural[int],
		"list": func(all ...any) []any { return all },
	}).ParseFS(files, "templates/layout.html.tmpl", "templates/parts.html.tmpl", "templates/tree.html.tmpl",
		"templates/picture.html.tmpl", "templates/keptlist.html.tmpl", "templates/testbutton.html.tmpl",
		"templates/trend.html.tmpl", "templates/categories.html.tmpl", "templates/lab.html.tmpl"))
	all := map[string]*template.Template{}
	for _, name := range pageNames {
		all[name] = template.Must(template.Must(shared.Clone()).ParseFS(files, "templates/"+name+".html.tmpl"))
	}
	return all
})

// write renders a page completely before it sends the first byte: if a page cannot be rendered, the
// client gets an error, and not half a page.
func (p pages) write(w http.ResponseWriter, r *http.Request, status int, name string, f frame) {
	now := p.localTime()
	f.Profile, f.Version, f.Navigation, f.Now, f.Zone = p.Profile, p.Version, navigation, viewTime(now, now), zone(now)
	f.Logo = p.logoAddress()
	for _, link := range navigation {
		if link.Address == f.Here {
			f.HereWord = link.Word
		}
	}
	for crumb := range strings.SplitSeq(p.Profile.Setting.Page, ">") {
		f.Crumbs = append(f.Crumbs, strings.TrimSpace(crumb))
	}
	var page bytes.Buffer
	if err := templates()[name].Execute(&page, f); err != nil {
		http.Error(w, "the page cannot be shown: internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		page.WriteTo(w)
	}
}

// zone names the appliance's time zone: CET (UTC+01:00).
func zone(now time.Time) string {
	name := now.Format("MST")
	if name == "UTC" {
		return name
	}
	return name + " (UTC" + now.Format("-07:00") + ")"
}
