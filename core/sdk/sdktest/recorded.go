package sdktest

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"polycom.com/usagedata/core/sdk/internal/recording"
)

// Recorded plays a recording of `newplugin record` back, over HTTPS, and returns the settings of a
// source that reads it, as [Serve] does:
//
//	sdktest.On{Sources: map[string]any{"recorder": sdktest.Recorded(t, "testdata/recorder.json")}}
//
// A request gets the answer that was recorded for its path and query. If there are several, it gets
// one after the other, and the last one again. A request that is not in the recording gets status
// 404, and its path is logged.
func Recorded(t testing.TB, path string) map[string]any {
	t.Helper()
	file, err := recording.Load(path)
	if err != nil {
		t.Fatalf("read the recording: %v", err)
	}
	answers := map[string][]recording.Answer{}
	for _, answer := range file.Answers {
		answers[answer.Path] = append(answers[answer.Path], answer)
	}
	settings := Serve(t, &player{t: t, answers: answers})
	settings["url"] = fmt.Sprint(settings["url"], file.Base)
	return settings
}

// player answers as the recorded API did.
type player struct {
	t       testing.TB
	mu      sync.Mutex
	answers map[string][]recording.Answer // those that are left, at least one for each path
}

// ServeHTTP gives the next answer for the path.
func (p *player) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at, _ := recording.Canonical(r.URL)
	answer, known := p.next(at)
	if !known {
		p.t.Logf("no answer is recorded for %s", at)
		http.NotFound(w, r)
		return
	}
	if answer.Type != "" {
		w.Header().Set("Content-Type", answer.Type)
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // the client may be gone, and some statuses have no body
}

func (p *player) next(at string) (recording.Answer, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := p.answers[at]
	if len(left) == 0 {
		return recording.Answer{}, false
	}
	if len(left) > 1 {
		p.answers[at] = left[1:]
	}
	return left[0], true
}
