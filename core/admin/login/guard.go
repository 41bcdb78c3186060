package login

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// path is where the token is exchanged, and cookie is the name of the session. A browser sends a
// cookie to every port of an address, so another program on the same address could see it; it
// becomes useless when our program ends.
const (
	path   = "/login"
	cookie = "usagedata_session"
)

//go:embed login.html.tmpl
var layout string

// style is in the page itself, because no other file is sent without a login. The content policy
// permits this style by its hash, and no other.
//
//go:embed login.css
var style string

var page = template.Must(template.New("login").Parse(layout))

func policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// Guard passes on requests that are logged in. It accepts only requests whose Host is a loopback
// address or localhost: a name that somebody else points here (DNS rebinding) would turn their page
// into one of ours.
func (a *Authenticator) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		switch {
		case !loopback(r.Host):
			refuse(w, r, http.StatusMisdirectedRequest,
				errors.New("this page is served at a loopback address or localhost only"))
		case r.URL.Path == path:
			a.login(w, r)
		default:
			a.serveLoggedIn(w, r, next)
		}
	})
}

func (a *Authenticator) serveLoggedIn(w http.ResponseWriter, r *http.Request, next http.Handler) {
	session := ""
	if c, err := r.Cookie(cookie); err == nil {
		session = c.Value
	}
	if err := a.check(session); err != nil {
		refuse(w, r, http.StatusUnauthorized, err)
		return
	}
	next.ServeHTTP(w, r)
}

// login exchanges the token in an address that a person opened. Only a GET uses the token up: a
// program that only checks the link, such as a preview, asks with HEAD.
func (a *Authenticator) login(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", http.MethodGet)
		refuse(w, r, http.StatusMethodNotAllowed, errors.New("open the printed address in a browser"))
		return
	}
	session, err := a.logIn(r.URL.Query().Get("token"))
	if errors.Is(err, errTooMany) {
		refuse(w, r, http.StatusTooManyRequests, err)
		return
	}
	if err != nil {
		refuse(w, r, http.StatusForbidden, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: session, Path: "/", HttpOnly: true,
		SameSite: http.SameSiteStrictMode})
	w.Header().Set("Location", "./")
	w.WriteHeader(http.StatusSeeOther)
}

// loopback reports whether a Host header is a loopback address or localhost. Its port may differ
// from ours, as in a tunnel.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && address.IsLoopback()
}

func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// content is the data of the page.
type content struct {
	Why   string
	Style template.CSS
}

// sentence returns an error as a sentence.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// refuse says how to log in, and nothing else.
func refuse(w http.ResponseWriter, r *http.Request, status int, why error) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		page.Execute(w, content{sentence(why), template.CSS(style)})
	}
}
