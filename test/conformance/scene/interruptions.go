package scene

import (
	"context"
	"time"

	"polycom.com/usagedata/test/conformance/frontdoor"
)

// afterMoment is when a collect is broken off: most plugins are in the middle of it then, and it does not matter if one
// is not.
const afterMoment = 100 * time.Millisecond

// moments are when several are, one after the other.
func moments() []time.Duration { return []time.Duration{afterMoment / 5, afterMoment, 2 * afterMoment} }

// patience is how long a plugin may take to be ready after something was broken off.
const patience = 5 * time.Second

// cancelled breaks collects off, then asks again until the plugin is ready to answer.
func cancelled(a *actor) {
	if a.shake() && a.describe(a.scenes.Product.Profile.Limits.Collector, nil) {
		for _, moment := range moments() {
			ctx, cancel := context.WithTimeout(a.ctx, moment)
			a.recording.More = append(a.recording.More, a.once(ctx))
			cancel()
		}
		began := time.Now()
		for ok := false; !ok && time.Since(began) < patience; {
			ok = a.collect()
			if !ok {
				<-time.After(afterMoment)
			}
		}
	}
	a.finish()
}

// twice calls again while a collect is under way, and waits for both.
func twice(a *actor) {
	if a.shake() && a.describe(a.scenes.Product.Profile.Limits.Collector, nil) {
		other := make(chan frontdoor.Collected)
		go func() { other <- a.once(a.ctx) }()
		a.collect()
		a.recording.More = append(a.recording.More, <-other)
		if a.recording.Collect.Err != nil && a.recording.More[0].Err == nil { // the other one came first
			a.recording.Collect, a.recording.More[0] = a.recording.More[0], a.recording.Collect
			a.recording.Stage = Collected
		}
		a.recording.HealthErr = a.healthy()
	}
	a.finish()
}

// interrupted asks the plugin to end while it collects.
func interrupted(a *actor) {
	if a.shake() && a.describe(a.scenes.Product.Profile.Limits.Collector, nil) {
		done := make(chan frontdoor.Collected)
		ctx, cancel := context.WithCancel(a.ctx)
		go func() { done <- a.once(ctx) }()
		<-time.After(afterMoment)
		a.stop()
		cancel()
		a.recording.More = append(a.recording.More, <-done)
	}
}

// letGo ends the plugin's host, as far as the plugin can see: its standard input.
func letGo(a *actor) {
	if !a.shake() {
		return
	}
	ctx, cancel := context.WithTimeout(a.ctx, stopLimit)
	defer cancel()
	began := time.Now()
	a.plugin.LetGo()
	a.await(ctx, began)
}
