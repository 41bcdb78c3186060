package trial

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/shelf"
)

// maxPeak bounds the host's resident memory with any plugin. With a sound one, it is about 30 MB.
const maxPeak = 96 << 20

// judge compares the outcome with the shelf's entry, and checks that nothing is left behind.
func (a *appliance) judge(r *Result) error {
	settle, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := a.point.Settle(settle); err != nil {
		return err
	}
	documents := a.point.Received()
	a.judgeEnd(r, documents)
	a.judgeWords(r, documents)
	if took := r.Took; took > a.plugin.Limit {
		r.broke("took %v, limit %v", took.Round(10*time.Millisecond), a.plugin.Limit)
	}
	if r.Peak > maxPeak {
		r.broke("the host took %d MB, limit %d", r.Peak>>20, maxPeak>>20)
	}
	if broken := a.beside.look(); broken != "" {
		r.broke("%s", broken)
	}
	return a.judgeLeft(r)
}

func (a *appliance) judgeEnd(r *Result, documents []collectionpoint.Document) {
	wantExit := 0
	if a.plugin.Ends == shelf.Refused {
		wantExit = 4
	}
	if r.Exit != wantExit {
		r.broke("the host ended with %d, want %d", r.Exit, wantExit)
	}
	delivered := false
	r.Ends = shelf.Refused
	for _, d := range documents {
		if d.ID == a.waiting {
			delivered = true
			continue
		}
		r.Ends = ends(d.Body)
	}
	if !delivered {
		r.broke("the waiting document was not delivered")
	}
	if r.Ends != a.plugin.Ends {
		r.broke("ended as %s, want %s", r.Ends, a.plugin.Ends)
	}
}

// ends distinguishes a whole document from one that lacks a category, for any reason. The station
// is not configured: its stand-in would open the plugin's sandbox to the network.
func ends(body []byte) shelf.End {
	var document struct {
		Omitted map[string]string `json:"omitted"`
	}
	if json.Unmarshal(body, &document) != nil {
		return "unreadable"
	}
	for name := range document.Omitted {
		if field := strings.Contains(name, "."); !field && name != "station" {
			return shelf.Partly
		}
	}
	return shelf.Whole
}

// judgeWords checks that the fault is named, and that no text of the plugin is shown unchanged.
func (a *appliance) judgeWords(r *Result, documents []collectionpoint.Document) {
	wanted := cmp.Or(a.plugin.Says, a.plugin.Shows)
	r.Says = line(r.Output, wanted)
	if wanted != "" && r.Says == "" {
		r.broke("the host does not say %q", wanted)
	}
	journal, _ := os.ReadFile(a.path("log/journal.jsonl"))
	shown := r.Output + string(journal)
	for _, d := range documents {
		shown += string(d.Body)
	}
	for _, piece := range []string{shelf.Name, "seerose", "labor-kiefer"} {
		if strings.Contains(shown, piece) {
			r.broke("%q is shown", piece)
		}
	}
	if strings.Contains(r.Output, "goroutine ") && r.Exit == 2 {
		r.broke("the host panicked")
	}
}

// line returns the last line that contains one of the alternatives.
func line(output, says string) (found string) {
	for _, way := range strings.Split(says, "|") {
		for line := range strings.Lines(output) {
			if way != "" && strings.Contains(line, way) {
				found = strings.TrimSpace(line)
			}
		}
	}
	return found
}

// moment is how long a process may take to get its name: a forked process has its parent's name at
// first.
const moment = 100 * time.Millisecond

// judgeLeft gives processes a moment to exit, because a killed one takes that long.
func (a *appliance) judgeLeft(r *Result) error {
	<-time.After(moment)
	until(context.Background(), 500*time.Millisecond, func() bool { return len(a.family()) == 0 })
	for _, pid := range a.family() {
		r.left("process " + command(pid))
	}
	if left, err := os.ReadDir(a.run); err != nil || len(left) > 0 {
		r.left(fmt.Sprintf("%d files in the run folder", len(left)))
	}
	if sockets := socketsBelow(a.run); len(sockets) > 0 {
		r.left(fmt.Sprintf("%d sockets", len(sockets)))
	}
	after, err := a.tree()
	if err != nil {
		return err
	}
	for path, is := range after {
		if was, ok := a.before[path]; !ok || was != is {
			r.left("changed " + path)
		}
	}
	for path := range a.before {
		if _, ok := after[path]; !ok {
			r.left("removed " + path)
		}
	}
	slices.Sort(r.Left)
	return nil
}

// own are the host's own files, by the end of the pattern they match.
var own = []string{
	"state", "state/*.lock", "state/lock", "state/key*", "state/decision.json", "state/decisions.jsonl", "state/format",
	"state/slot.seed", "state/budget*", "state/spool", "state/spool/*", "state/sent", "state/sent/*",
	"state/quarantine*", "state/counters.sealed",
	"log", "log/journal.jsonl", "log/usagedata.log*", "log/analytics.json", "log/*.lock",
}

// tree lists the files that only the host may change, with size and time: everything in its folders
// except its own files.
func (a *appliance) tree() (map[string]string, error) {
	found := map[string]string{}
	for _, folder := range []string{"products", "root", "state", "log"} {
		err := filepath.WalkDir(a.path(folder), func(path string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			relative, err := filepath.Rel(a.dir, path)
			info, failed := d.Info()
			mine := slices.ContainsFunc(own, func(pattern string) bool {
				ok, _ := filepath.Match(pattern, relative)
				return ok
			})
			if err == nil && failed == nil && !mine && !a.beside.changes(relative) {
				found[relative] = fmt.Sprint(info.Mode(), info.Size(), info.ModTime().UnixNano())
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
