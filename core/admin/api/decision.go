package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"polycom.com/usagedata/core/admin"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

// decision is what is told of the one in force, and of what an Allowed would accept.
type decision struct {
	Choice   consent.Choice `json:"choice"`
	Time     time.Time      `json:"time,omitzero"`
	Actor    string         `json:"actor,omitempty"`
	Way      string         `json:"way,omitempty"`
	EULA     string         `json:"eula,omitempty"`
	Product  string         `json:"product,omitempty"` // that was decided about; if it is not this one, this one is undecided
	Accepted int            `json:"accepted_profile,omitempty"`
	Sentence string         `json:"sentence"`
	Problem  string         `json:"problem,omitempty"` // why it can't be trusted and counts as denied
	// Profile is the installed one's version, which an Allowed has to name.
	Profile    int        `json:"profile"`
	Label      string     `json:"label"`
	Page       string     `json:"page"` // where the product has the choice in its own navigation
	Asks       bool       `json:"asks"` // the product shows a dialog with Update and Cancel before it allows (CONS-5)
	Categories []category `json:"categories"`
	Pending    []pending  `json:"pending"`
}

type category struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}

func (a *api) decision(w http.ResponseWriter, _ *http.Request) {
	d, damaged := a.Decision()
	a.tellDecision(w, d, damaged)
}

func (a *api) tellDecision(w http.ResponseWriter, d consent.Decision, damaged error) {
	p := a.Profile
	told := decision{
		Choice: d.Choice, Time: d.Time, Actor: d.Actor, Way: d.Way, EULA: d.EULA, Product: d.Product, Accepted: d.Profile,
		Sentence: status.Sentence(d, a.Now().Location()),
		Profile:  p.Version, Label: p.Setting.Label, Page: p.Setting.Page, Asks: p.Setting.Asks, Pending: pendingOf(d, p),
		Categories: []category{},
	}
	if damaged != nil {
		told.Problem = damaged.Error()
	}
	for _, c := range p.Categories {
		told.Categories = append(told.Categories, category{c.Name, c.Doc})
	}
	w.Header().Set("ETag", `"`+admin.Tag(d)+`"`)
	tell(w, told, nil)
}

// decide makes a decision take effect (CONS-2), and answers with what is in force then.
func (a *api) decide(w http.ResponseWriter, r *http.Request) {
	wish, code, err := readWish(r)
	if err != nil {
		refuse(w, code, err)
		return
	}
	_, err = a.Change(admin.Request{
		Choice: wish.Choice, Seen: wish.Profile, EULA: wish.EULA, Actor: admin.Actor(r), Way: way(r),
		Was: a.was(r.Header.Values("If-Match")),
	})
	if err != nil {
		refuse(w, a.statusOf(wish, err), err)
		return
	}
	a.decision(w, r)
}

// readWish takes a body of JSON only: a form of another site can't send one.
func readWish(r *http.Request) (wish, int, error) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "application/json" {
		return wish{}, http.StatusUnsupportedMediaType,
			usage.WithHint(errors.New("read the decision: it is not said to be JSON"), "Content-Type: application/json")
	}
	text, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return wish{}, http.StatusRequestEntityTooLarge, errors.New("read the decision: it is too long")
	case err != nil:
		return wish{}, http.StatusBadRequest, errors.New("read the decision: it ended too early")
	}
	got, err := decode(text)
	if err != nil {
		return wish{}, http.StatusBadRequest, fmt.Errorf("read the decision: %w", err)
	}
	return got, http.StatusOK, nil
}

// way is the product's page where a front end names a person, and a program otherwise.
func way(r *http.Request) string {
	if r.Header.Get(admin.ActorHeader) != "" {
		return consent.ByPage
	}
	return consent.ByAPI
}

// was is the tag that the decision must still have; empty for any. What is not a tag is one that no decision has.
func (a *api) was(matches []string) string {
	if len(matches) == 0 {
		return ""
	}
	now, _ := a.Decision()
	for match := range strings.SplitSeq(strings.Join(matches, ","), ",") {
		switch strings.TrimSpace(match) {
		case "*":
			return ""
		case `"` + admin.Tag(now) + `"`:
			return admin.Tag(now)
		}
	}
	return "none of those that were named"
}

// statusOf tells a profile that is not the installed one from a decision that is not the one that was shown.
func (a *api) statusOf(w wish, err error) int {
	switch {
	case !errors.Is(err, admin.ErrOutdated):
		return http.StatusInternalServerError
	case w.Choice == consent.Allowed && w.Profile != a.Profile.Version:
		return http.StatusConflict
	default:
		return http.StatusPreconditionFailed
	}
}
