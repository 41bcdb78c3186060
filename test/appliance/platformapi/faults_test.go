package platformapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/test/appliance/platformapi"
)

func TestFaultsOnCommand(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	tests := map[string]struct {
		fault platformapi.Fault
		want  func(answer) bool
	}{
		"status": {platformapi.Fault{Status: 503}, func(a answer) bool { return a.status == 503 }},
		"html":   {platformapi.Fault{HTML: true}, func(a answer) bool { return a.status == 200 && !json.Valid(a.body) }},
		"redirect": {platformapi.Fault{Redirect: "https://elsewhere.example/"},
			func(a answer) bool { return a.status == 302 }},
		"cut": {platformapi.Fault{Cut: true}, func(a answer) bool { return errors.Is(a.err, io.ErrUnexpectedEOF) }},
		"late": {platformapi.Fault{Delay: time.Millisecond}, func(a answer) bool {
			return a.status == 200 &&
				json.Valid(a.body)
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			appliance.Faults.Set("/mcus", test.fault)
			if got := get(t, appliance, "/mcus", anything); !test.want(got) {
				t.Errorf("got %d, %.60q, error %v, want the fault", got.status, got.body, got.err)
			}
			if got := get(t, appliance, "/eula", anything); got.status != 200 || !json.Valid(got.body) {
				t.Errorf("another resource: got %d, want 200", got.status)
			}
		})
	}
	appliance.Faults.Clear()
	if got := get(t, appliance, "/mcus", anything); got.status != 200 {
		t.Errorf("after clearing: got %d, want 200", got.status)
	}
}

func TestAFaultForAllSparesWhatHasItsOwn(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	appliance.Faults.SetAll(platformapi.Fault{Status: 500})
	appliance.Faults.Set("/mcus", platformapi.Fault{})
	for path, want := range map[string]int{"/mcus": 200, "/eula": 500} {
		if got := get(t, appliance, path, anything); got.status != want {
			t.Errorf("%s: got %d, want %d", path, got.status, want)
		}
	}
}

func TestWrongTypesAreValidJSON(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	appliance.Faults.Set("/devices", platformapi.Fault{WrongTypes: true})
	answer := get(t, appliance, "/devices", anything).decoded(t)
	page := answer["plcmPage"].(map[string]any)
	if _, ok := page["totalSize"].(string); !ok {
		t.Errorf("got totalSize %v, want text", page["totalSize"])
	}
	first := answer["plcmDeviceV3List"].([]any)[0].(map[string]any)
	if _, ok := first["deviceModel"].(string); ok {
		t.Errorf("got deviceModel %v, want no text", first["deviceModel"])
	}
}

func TestAHangLastsUntilTheClientGivesUp(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	appliance.Faults.Set("/mcus", platformapi.Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := newClient(t, appliance).Do(request(t, appliance, "/mcus", anything).WithContext(ctx))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got error %v, want the deadline", err)
	}
}

func TestCloseEndsAHang(t *testing.T) {
	appliance, err := platformapi.Start(platformapi.Config{})
	if err != nil {
		t.Fatal(err)
	}
	appliance.Faults.SetAll(platformapi.Fault{Hang: true})
	failed := make(chan error)
	r, c := request(t, appliance, "/mcus", anything), newClient(t, appliance)
	go func() {
		_, err := c.Do(r)
		failed <- err
	}()
	for len(appliance.Requests()) == 0 {
		runtime.Gosched() // the request must have arrived before Close means anything
	}
	if err := appliance.Close(); err != nil {
		t.Errorf("close: got error %v, want none", err)
	}
	if err := <-failed; err == nil {
		t.Error("request: got an answer, want an error")
	}
}

func TestEndlessAnswers(t *testing.T) {
	appliance := start(t, platformapi.Config{})
	appliance.Faults.Set("/mcus", platformapi.Fault{Endless: true})
	response, err := newClient(t, appliance).Do(request(t, appliance, "/mcus", anything))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	head, err := io.ReadAll(io.LimitReader(response.Body, 10<<20))
	if err != nil || len(head) != 10<<20 || !strings.HasPrefix(string(head), `{"filler":[0,0,`) {
		t.Errorf("got %d bytes, %.20q, error %v, want ten megabytes and more", len(head), head, err)
	}
}
