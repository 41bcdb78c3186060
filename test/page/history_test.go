package page_test

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/core/durable"
	kept "polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/test/chromium"
)

var (
	numbers = regexp.MustCompile(`"[a-z_]+": [0-9]{2,},\n`)
	start   = regexp.MustCompile(`"start": "[^"]+"`)
)

// unsynced is a disk on which a month of documents is written at once.
type unsynced struct{ durable.OS }

type unsyncedFile struct{ durable.File }

func (unsyncedFile) Sync() error { return nil }

func (d unsynced) Open(path string, flags int, mode fs.FileMode) (durable.File, error) {
	f, err := d.OS.Open(path, flags, mode)
	return unsyncedFile{f}, err
}

// fillHistory keeps a month of documents like the one that was sent last, with numbers that change by
// the hour and the day, and a night without any.
func (a *appliance) fillHistory() {
	a.t.Helper()
	text, err := os.ReadFile(filepath.Join(a.Dir, "analytics.json"))
	if err != nil {
		a.t.Fatal(err)
	}
	store := kept.Open(unsynced{}, filepath.Join(a.Dir, "state/sent"), kept.Bounds{Days: 31, Size: 20 << 20})
	last := time.Now().UTC().Truncate(time.Hour).Add(-2 * time.Hour)
	for n := 719; n >= 0; n-- {
		if n > 300 && n < 330 {
			continue
		}
		hour := last.Add(-time.Duration(n) * time.Hour)
		busy := 20 + int(15*math.Sin(float64(hour.Hour())/24*2*math.Pi)) + n%7
		id := fmt.Sprintf("%s-%s-0w3k8d5r1c9f2h7m4q6t0x5z1b", a.product, hour.Format("20060102T1504Z"))
		body := numbers.ReplaceAllStringFunc(string(text), func(line string) string {
			name, number, _ := strings.Cut(strings.TrimSuffix(line, ",\n"), ": ")
			was, _ := strconv.Atoi(number)
			return fmt.Sprintf("%s: %d,\n", name, was+was*busy/100)
		})
		body = start.ReplaceAllString(body, `"start": "`+hour.Format(time.RFC3339)+`"`)
		if err := store.Keep(id, []byte(body), hour.Add(80*time.Minute)); err != nil {
			a.t.Fatal(err)
		}
	}
}

// lookBack is what an administrator does to see what was sent at an hour of last week, and what has
// changed since.
func lookBack(t *testing.T, page *chromium.Tab, a *appliance) {
	a.fillHistory()
	begun := time.Now()
	page.Open(a.address + "/sent")
	t.Logf("list of hours: %v", time.Since(begun))
	page.Says("h1", "Sent")
	begun = time.Now()
	page.Open(a.address + "/" + chromium.Ask[string](page, `document.querySelector(".hourly a").getAttribute("href")`))
	t.Logf("a document with trends: %v", time.Since(begun))
	if n := chromium.Ask[int](page, `document.querySelectorAll("svg.trend[role=img][aria-label*=' in 30 days']").length`); n < 5 {
		t.Errorf("got %d pictures of numbers", n)
	}
	page.Open(a.address + "/" + chromium.Ask[string](page,
		`[...document.querySelectorAll(".compare a")].find((l) => l.textContent === "the week before").getAttribute("href")`))
	page.Says("#difference", "Compared with")
	if n := chromium.Ask[int](page, `document.querySelectorAll(".changes tbody tr").length`); n < 1 {
		t.Error("got no differences")
	}
	page.Do(chromedp.Evaluate[chromedp.Void](axeCore(t)))
	checkLook(t, page, "compared")
	page.Do(viewport(1280, "light"))
}
