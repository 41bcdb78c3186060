package scene

import (
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
)

// ask returns a way to play a scene on a source that refuses the first times that it is asked.
func ask(refusals int, asked *int) script {
	return script{host: func(_ *Scenes, r *Recording, _ string) error {
		category := &pluginpb.Category{Name: "visits", Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{}}}
		if *asked++; *asked <= refusals {
			category.Outcome = &pluginpb.Category_NotAvailable{
				NotAvailable: &pluginpb.NotAvailable{Reason: string(usage.SourceFailed)}}
		}
		r.Stage, r.Ended = Collected, true
		r.Collect = frontdoor.Collected{Steps: []*pluginpb.CollectResponse{
			{Step: &pluginpb.CollectResponse_Category{Category: category}}}}
		return nil
	}}
}

// S19: a server may count the connection of a plugin that was cut off for some seconds longer. If it
// refuses the next plugin, the scene is played again; otherwise the refusal stays.
func TestAConnectionThatLingersIsWaitedFor(t *testing.T) {
	for name, tt := range map[string]struct {
		scene           Name
		cutOff          bool
		refusals, asked int
		left            bool // the recording has a refusal
	}{
		"after a plugin that was cut off":    {Again, true, 3, 4, false},
		"after one that left properly":       {Again, false, 1, 1, true},
		"at the beginning":                   {Good, true, 1, 2, false},
		"a source that refuses all the time": {Again, true, 99, 4, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := New(t.Context(), Config{Dir: t.TempDir(), Product: product.Installed{
				Profile: profile.Profile{Categories: []profile.Category{{Name: "visits"}}}}})
			p, _ := s.entry(Good)
			p.recording = s.blank(Good)
			close(p.done)
			asked := 0
			s.cutOff = tt.cutOff
			r := s.inTurn(ask(tt.refusals, &asked), s.blank(tt.scene))
			left := len(r.Refusals(s.Product.Profile)) > 0
			if r.Broke != nil || asked != tt.asked || left != tt.left {
				t.Errorf("%s: asked %d times, refused %v, %v; want %d, %v", name, asked, left, r.Broke, tt.asked,
					tt.left)
			}
		})
	}
}

// S19: a machine without room for files, with another time than before, or too busy, is no plugin's
// fault.
func TestTheMachineIsNotThePlugin(t *testing.T) {
	for change, want := range map[time.Duration]bool{0: false, time.Second: false, time.Hour: true, -time.Hour: true} {
		if got := drifted(time.Minute+change, time.Minute); got != want {
			t.Errorf("the clock was changed by %v: got %v, want %v", change, got, want)
		}
	}
	for _, tt := range []struct {
		ran, waited time.Duration
		want        bool
	}{
		{0, 0, false}, // it slept, or was stopped
		{time.Second, 9 * time.Second, true},
		{9 * time.Second, 9 * time.Second, false}, // it computes
		{time.Second, 2 * time.Second, false},
	} {
		if got := starved(tt.ran, tt.waited, 10*time.Second); got != tt.want {
			t.Errorf("ran %v and waited %v of 10s: got %v, want %v", tt.ran, tt.waited, got, tt.want)
		}
	}
	if began := time.Now(); clockChanged(began, began.Add(time.Hour)) {
		t.Error("the passing of time counts as a change of the clock")
	}
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	if roomForPlugin() == nil {
		t.Error("a folder that is missing has room")
	}
}
