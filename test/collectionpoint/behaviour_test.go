package collectionpoint_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"polycom.com/usagedata/test/collectionpoint"
)

func TestBehavioursThatAnswer(t *testing.T) {
	point, _ := start(t, collectionpoint.Config{})
	behave(t, point, "status:503", "status:429 retry-after=2", "redirect:https://elsewhere.example/v1", "", "ok")
	wants := []struct {
		status        int
		header, value string
	}{
		{503, "", ""}, {429, "Retry-After", "2"}, {307, "Location", "https://elsewhere.example/v1"}, {201, "", ""},
		{200, "", ""},
	}
	for _, want := range wants {
		response, err := newClient(t, point).Do(upload(t, point, "one", "", []byte(document)))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want.status || response.Header.Get(want.header) != want.value {
			t.Errorf("got %d with %v, want %d with %s %q", response.StatusCode, response.Header, want.status,
				want.header, want.value)
		}
	}
}

func TestBehavioursThatBreakOff(t *testing.T) {
	for behaviour, stored := range map[string]int{
		"refuse": 0, "cut:1": 0, "cut:700": 0, "garbage": 0, "store-hangup": 1,
	} {
		t.Run(behaviour, func(t *testing.T) {
			point, _ := start(t, collectionpoint.Config{})
			behave(t, point, behaviour)
			if status, _, err := send(t, point, upload(t, point, "one", "", []byte(document))); err == nil {
				t.Errorf("got status %d, want an error", status)
			}
			if got := len(point.Received()); got != stored {
				t.Errorf("got %d documents stored, want %d", got, stored)
			}
			if got := status(t, point, upload(t, point, "one", "", []byte(document))); got != 201-stored {
				t.Errorf("next: got status %d, want %d", got, 201-stored)
			}
		})
	}
}

func TestACutIsAResetAfterExactlySoManyBytes(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	behave(t, point, "cut:1000")
	body := []byte(`"` + strings.Repeat("x", 500_000) + `"`)
	_, _, err := send(t, point, upload(t, point, "one", "", body))
	if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Errorf("got error %v, want a reset connection", err)
	}
	if got := point.BytesIn(); got != 1000 {
		t.Errorf("got %d bytes in, want 1000", got)
	}
	if got := lines(t, point, dir); len(got) != 1 || got[0].Read != 1000 || got[0].Error != "cut on command" {
		t.Errorf("got lines %+v, want one about 1000 bytes", got)
	}
}

func TestDelays(t *testing.T) {
	for _, behaviour := range []string{"delay:", "stall:"} {
		point, _ := start(t, collectionpoint.Config{})
		behave(t, point, behaviour+"60ms", behaviour+"1h")
		begun := time.Now()
		if got := status(t, point, upload(t, point, "one", "", []byte(document))); got != 201 {
			t.Errorf("%s: got status %d, want 201", behaviour, got)
		}
		if took := time.Since(begun); took < 60*time.Millisecond {
			t.Errorf("%s: got an answer after %s, want it after 60ms", behaviour, took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
		defer cancel()
		_, _, err := send(t, point, upload(t, point, "two", "", []byte(document)).WithContext(ctx))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got error %v, want the deadline", behaviour, err)
		}
		if got := len(point.Received()); got != 1 {
			t.Errorf("%s: got %d documents, want only the first", behaviour, got)
		}
	}
}

func TestLateStoresBeforeTheClientGivesUp(t *testing.T) {
	point, _ := start(t, collectionpoint.Config{})
	behave(t, point, "late")
	ctx, giveUp := context.WithTimeout(t.Context(), time.Minute)
	defer giveUp()
	go func() {
		for len(point.Received()) == 0 && ctx.Err() == nil {
			<-time.After(10 * time.Millisecond)
		}
		giveUp()
	}()
	_, _, err := send(t, point, upload(t, point, "one", "", []byte(document)).WithContext(ctx))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want that the client gave up", err)
	}
	if got := len(point.Received()); got != 1 {
		t.Errorf("got %d documents, want 1", got)
	}
}

func TestHugeDoesNotEnd(t *testing.T) {
	point, _ := start(t, collectionpoint.Config{})
	behave(t, point, "huge")
	response, err := newClient(t, point).Do(upload(t, point, "one", "", []byte(document)))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.Copy(io.Discard, io.LimitReader(response.Body, 5<<20))
	if err != nil || got != 5<<20 {
		t.Errorf("got %d bytes, error %v, want five megabytes and more", got, err)
	}
}

func TestTheFileSaysWhatToDoNext(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	behave(t, point, "status:500")
	file := filepath.Join(dir, "behave")
	if err := os.WriteFile(file, []byte("status:502\nstatus:504\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{500, 502, 504, 201} {
		if got := status(t, point, upload(t, point, "one", "", []byte(document))); got != want {
			t.Errorf("connection %d: got %d, want %d", i, got, want)
		}
	}
	if left, err := os.ReadFile(file); err != nil || len(left) != 0 {
		t.Errorf("got left %q, error %v, want an empty file", left, err)
	}
}

func TestAMistakeInTheFileShows(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	if err := os.WriteFile(filepath.Join(dir, "behave"), []byte("statsu:502"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, err := send(t, point, upload(t, point, "one", "", []byte(document))); err == nil {
		t.Errorf("got status %d, want an error", status)
	}
	want := `read behaviour "statsu:502": no such behaviour`
	if got := lines(t, point, dir); len(got) != 1 || got[0].Error != want {
		t.Errorf("got lines %+v, want one with error %s", got, want)
	}
}

func TestFurtherRequestsOfAConnectionTakeFurtherBehaviours(t *testing.T) {
	point, dir := start(t, collectionpoint.Config{})
	behave(t, point, "ok", "status:503", "refuse", "ok")
	client := newClient(t, point)
	client.Transport.(*http.Transport).DisableKeepAlives = false
	for i, want := range []int{201, 503, 0, 200} {
		response, err := client.Do(upload(t, point, "one", "", []byte(document)))
		if err != nil {
			response = &http.Response{Body: http.NoBody}
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("request %d: got %d, error %v, want %d", i, response.StatusCode, err, want)
		}
	}
	client.CloseIdleConnections()
	got := lines(t, point, dir)
	if len(got) != 2 || len(got[0].Requests) != 3 || len(got[1].Requests) != 1 || got[0].Requests[2].Status != 0 {
		t.Errorf("got lines %+v, want a connection with three requests and one with one", got)
	}
}

func TestWhatIsNoBehaviourIsAnError(t *testing.T) {
	for _, line := range []string{
		"nonsense", "status", "status:abc", "status:100", "status:503 later", "delay", "delay:soon", "cut:0", "cut:-1",
		"redirect:", "ok:1", "ok now",
	} {
		if _, err := collectionpoint.ParseBehaviour(line); err == nil {
			t.Errorf("%q: got no error, want one", line)
		}
	}
}
