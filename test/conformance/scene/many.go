package scene

import (
	"cmp"
	"time"
)

// usualPatience is how long the scene Many takes at most, where nobody says otherwise: a plugin that waits for its
// sources is asked less often.
const usualPatience = 4 * time.Minute

// many collects again and again in one process, and looks at what the process has.
func many(a *actor) {
	if !(a.shake() && a.describe(a.scenes.Product.Profile.Limits.Collector, nil) && a.collect()) {
		a.finish()
		return
	}
	until := time.Now().Add(cmp.Or(a.scenes.Patience, usualPatience))
	for i := 1; i < a.scenes.Collects && time.Now().Before(until) && a.another(); i++ {
	}
	a.idle()
	a.finish()
}

// another collects once more, keeps of all those the last one, and sees what it cost.
func (a *actor) another() bool {
	r := a.recording
	before := r.Samples[len(r.Samples)-1]
	c := a.once(a.ctx)
	after := a.plugin.Sample()
	r.Samples = append(r.Samples, after)
	r.Dearest = max(r.Dearest, after.Processor-before.Processor)
	if r.Asked++; r.Asked == 1 {
		r.Next = &c
	}
	r.More = append(r.More[:0], c)
	return c.Err == nil
}

// rest is how long the plugin is watched while nobody asks it for anything.
const rest = 500 * time.Millisecond

// idle adds a sample after a rest.
func (a *actor) idle() {
	<-time.After(rest)
	a.recording.Samples = append(a.recording.Samples, a.plugin.Sample())
}
