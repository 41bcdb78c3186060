package api

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// decision is the answer about the decision in force, and about the fields that an Allowed would
// accept.
type decision struct {
	Choice consent.Choice `json:"choice"`
	Time   time.Time      `json:"time,omitzero"`
	Actor  string         `json:"actor,omitempty"`
	Way    string         `json:"way,omitempty"`
	EULA   string         `json:"eula,omitempty"`
	// Product is the product that was decided about; if it is another one, this one is undecided.
	Product  string `json:"product,omitempty"`
	Accepted int    `json:"accepted_profile,omitempty"`
	// LeftOut lists the categories that are left out; a denial keeps them.
	LeftOut  []string `json:"left_out"`
	Sentence string   `json:"sentence"`
	Problem  string   `json:"problem,omitempty"` // why it cannot be trusted and counts as denied
	// Profile is the version of the installed profile, which an Allowed has to name.
	Profile int    `json:"profile"`
	Label   string `json:"label"`
	Page    string `json:"page"` // where the product has the choice in its own navigation
	// Asks reports that the product shows a dialog with Update and Cancel before it allows (CONS-5).
	Asks       bool       `json:"asks"`
	Policy     string     `json:"privacy_policy,omitempty"` // address of the vendor's privacy policy
	Categories []category `json:"categories"`
	Pending    []pending  `json:"pending"`
}

type category struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
	// Optional reports that the category can be left out.
	Optional bool `json:"optional"`
}

func (a *api) decision(w http.ResponseWriter, r *http.Request) {
	d, damaged := a.Decision()
	if preconditionMet(w, r, d) {
		a.writeDecision(w, d, damaged)
	}
}

func (a *api) writeDecision(w http.ResponseWriter, d consent.Decision, damaged error) {
	p := a.Profile
	answer := decision{
		Choice: d.Choice, Time: d.Time, Actor: d.Actor, Way: d.Way, EULA: d.EULA, Product: d.Product,
		Accepted: d.Profile, LeftOut: append([]string{}, d.LeftOut...),
		Sentence: a.Delivery.Says(status.Sentence(d, a.Now().Location())),
		Profile:  p.Version, Label: p.Setting.Label, Page: p.Setting.Page, Asks: p.Setting.Asks,
		Policy: p.PrivacyPolicy, Categories: []category{}, Pending: pendingOf(d, p),
	}
	if damaged != nil {
		answer.Problem = damaged.Error()
	}
	for _, c := range p.Categories {
		answer.Categories = append(answer.Categories, category{c.Name, c.Doc, c.Optional})
	}
	w.Header().Set("ETag", quoted(admin.Tag(d)))
	writeJSON(w, answer, nil)
}

// decide makes a decision take effect (CONS-2), and answers with the decision that is then in
// force.
func (a *api) decide(w http.ResponseWriter, r *http.Request) {
	request, code, err := readRequest(r, decode)
	if err != nil {
		refuse(w, code, err)
		return
	}
	shown, _ := a.Decision()
	if !preconditionMet(w, r, shown) {
		return
	}
	_, err = a.Change(admin.Request{
		Choice: request.Choice, ShownProfile: request.Profile, EULA: request.EULA, LeftOut: request.LeftOut,
		RemoveSent: request.RemoveSent, Actor: admin.Actor(r), Way: way(r), ExpectedTag: expectedTag(r, shown),
	})
	if err != nil {
		refuse(w, a.statusOf(request, err), err)
		return
	}
	now, damaged := a.Decision()
	a.writeDecision(w, now, damaged)
}

// readRequest decodes a body. It accepts only JSON: a form of another site cannot send that.
func readRequest[T any](r *http.Request, decode func([]byte) (T, error)) (request T, code int, err error) {
	if !isJSON(r.Header) {
		return request, http.StatusUnsupportedMediaType, usage.WithHint(
			errors.New("read the request: the body must be JSON in UTF-8, not compressed"),
			"send one header Content-Type: application/json, and no Content-Encoding")
	}
	text, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return request, http.StatusRequestEntityTooLarge, errors.New("read the request: the body is too long")
	case err != nil:
		return request, http.StatusBadRequest, errors.New("read the request: the body ended too early")
	}
	if request, err = decode(text); err != nil {
		return request, http.StatusBadRequest, fmt.Errorf("read the request: %w", err)
	}
	return request, http.StatusOK, nil
}

// isJSON reports whether the headers declare the body as JSON as it is sent: in UTF-8 (RFC 8259)
// and not encoded.
func isJSON(h http.Header) bool {
	if len(h.Values("Content-Type")) != 1 || len(h.Values("Content-Encoding")) > 0 {
		return false
	}
	kind, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset, given := parameters["charset"]
	return err == nil && kind == "application/json" && (!given || strings.EqualFold(charset, "utf-8"))
}

// way returns the product's page if a front end names a person, and otherwise the API.
func way(r *http.Request) string {
	if r.Header.Get(admin.ActorHeader) != "" {
		return consent.ByPage
	}
	return consent.ByAPI
}

// statusOf distinguishes a profile that is not the installed one from a decision that is not the
// one that was shown.
func (a *api) statusOf(w decisionRequest, err error) int {
	switch {
	case errors.Is(err, profile.ErrNotOptional):
		return http.StatusBadRequest
	case !errors.Is(err, admin.ErrOutdated):
		return http.StatusInternalServerError
	case w.Choice == consent.Allowed && w.Profile != a.Profile.Version:
		return http.StatusConflict
	default:
		return http.StatusPreconditionFailed
	}
}
