package scene

import (
	"cmp"
	"context"
	"time"

	"polycom.com/usagedata/test/conformance/frontdoor"
)

// afterMoment is the delay after which a collect is canceled. Most plugins are in the middle of it
// then; it does no harm if one is not.
const afterMoment = 100 * time.Millisecond

// moments returns the delays of several collects that are canceled one after the other.
func moments() []time.Duration { return []time.Duration{afterMoment / 5, afterMoment, 2 * afterMoment} }

// patience is the time that a plugin has to be ready again after a canceled call.
const patience = 5 * time.Second

// cancelled cancels several collects, and then repeats the call until the plugin answers.
func cancelled(a *actor) {
	if a.handshake() && a.describe(a.scenes.Product.Profile.Limits.Collector) {
		for _, moment := range moments() {
			ctx, cancel := context.WithTimeout(a.ctx, moment)
			a.recording.More = append(a.recording.More, a.once(ctx))
			cancel()
		}
		limit, cancel := context.WithTimeout(a.ctx, patience)
		defer cancel()
		before := a.now()
		for !a.collect() && limit.Err() == nil {
			pause(limit, afterMoment)
		}
		if a.recording.Stage < Collected {
			a.late(limit, before)
		}
	}
	a.finish()
}

// twice makes a second call while a collect is running, and waits for both.
func twice(a *actor) {
	if a.handshake() && a.describe(a.scenes.Product.Profile.Limits.Collector) {
		other := make(chan frontdoor.Collected)
		go func() { other <- a.once(a.ctx) }()
		a.collect()
		a.recording.More = append(a.recording.More, <-other)
		if a.recording.Collect.Err != nil && a.recording.More[0].Err == nil { // the other call came first
			a.recording.Collect, a.recording.More[0] = a.recording.More[0], a.recording.Collect
			a.recording.Stage = Collected
		}
		a.recording.HealthErr = a.healthy()
	}
	a.finish()
}

// interrupted asks the plugin to exit while it collects.
func interrupted(a *actor) {
	if a.handshake() && a.describe(a.scenes.Product.Profile.Limits.Collector) {
		done := make(chan frontdoor.Collected)
		ctx, cancel := context.WithCancel(a.ctx)
		go func() { done <- a.once(ctx) }()
		pause(a.ctx, afterMoment)
		a.stop()
		cancel()
		a.recording.More = append(a.recording.More, <-done)
	}
}

// whileCollecting returns a play in which the plugin is cut off during a collect.
func whileCollecting(how func(*frontdoor.Plugin)) func(*actor) {
	return func(a *actor) {
		if !(a.handshake() && a.describe(a.scenes.Product.Profile.Limits.Collector)) {
			a.finish()
			return
		}
		done := make(chan frontdoor.Collected)
		ctx, cancel := context.WithCancel(a.ctx)
		go func() { done <- a.once(ctx) }()
		pause(a.ctx, afterMoment)
		a.cutOff(how)
		cancel()
		a.recording.More = append(a.recording.More, <-done)
	}
}

// whileIdle returns a play in which the plugin is cut off after its handshake.
func whileIdle(how func(*frontdoor.Plugin)) func(*actor) {
	return func(a *actor) {
		if a.handshake() {
			a.cutOff(how)
		}
	}
}

// cutOff ends the plugin without a call, and waits for its end, but not longer than the host.
func (a *actor) cutOff(how func(*frontdoor.Plugin)) {
	ctx, cancel := context.WithTimeout(a.ctx, stopLimit)
	defer cancel()
	began := time.Now()
	how(a.plugin)
	a.await(ctx, began)
}

// usualPatience is the default time limit of the scene [Many]: a plugin that waits for its sources is
// asked less often.
const usualPatience = 2 * time.Minute

// patience returns the time limit of the scene [Many]: at most half of the rest of the run, so that
// a slow machine plays the scenes after it, too.
func (s *Scenes) patience() time.Duration {
	most := cmp.Or(s.Patience, usualPatience)
	if end, limited := s.ctx.Deadline(); limited {
		most = min(most, time.Until(end)/2)
	}
	return most
}

// many collects again and again in one process, and records the process's resource usage.
func many(a *actor) {
	if !(a.handshake() && a.describe(a.scenes.Product.Profile.Limits.Collector) && a.collect()) {
		a.finish()
		return
	}
	until := time.Now().Add(a.scenes.patience())
	for i := 1; i < a.scenes.Collects && time.Now().Before(until) && a.another(); i++ {
	}
	a.idle()
	a.finish()
}

// another collects once more, keeps only the last of these collects, and records its cost. On a
// machine that is too busy, the collects before it are enough.
func (a *actor) another() bool {
	r := a.recording
	before := r.Samples[len(r.Samples)-1]
	c := a.once(a.ctx)
	if r.Broke != nil && r.Next != nil {
		r.Broke = nil
		return false
	}
	after := a.plugin.Sample()
	r.Samples = append(r.Samples, after)
	r.MaxProcessor = max(r.MaxProcessor, after.Processor-before.Processor)
	if r.Asked++; r.Asked == 1 {
		r.Next = &c
	}
	r.More = append(r.More[:0], c)
	return c.Err == nil
}

// rest is the time for which the idle plugin is observed.
const rest = 500 * time.Millisecond

// idle adds a sample after a rest.
func (a *actor) idle() {
	pause(a.ctx, rest)
	a.recording.Samples = append(a.recording.Samples, a.plugin.Sample())
}
