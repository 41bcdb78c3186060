package scene

import "time"

const (
	// samples is how often the plugin is looked at in the scene Many.
	samples = 20

	// each is what a collect of Many may take on the average: a plugin that waits for its sources is asked less often.
	each = 200 * time.Millisecond
)

// many collects again and again in one process, and looks at what the process has.
func many(a *actor) {
	if !(a.shake() && a.describe(a.scenes.Product.Profile.Limits.Collector, nil) && a.collect()) {
		a.finish()
		return
	}
	until := time.Now().Add(time.Duration(a.scenes.Collects) * each)
	every := max(1, a.scenes.Collects/samples)
	for i := 1; i < a.scenes.Collects && time.Now().Before(until) && a.another(); i++ {
		if i%every == 0 {
			a.recording.Samples = append(a.recording.Samples, a.plugin.Sample())
		}
	}
	a.idle()
	a.finish()
}

// another collects once more, keeps of all those the last one, and sees what it cost.
func (a *actor) another() bool {
	r := a.recording
	before := a.plugin.Sample().Processor
	c := a.once(a.ctx)
	r.Dearest = max(r.Dearest, a.plugin.Sample().Processor-before)
	if r.Asked++; r.Asked == 1 {
		r.Next = &c
	}
	r.More = append(r.More[:0], c)
	return c.Err == nil
}

// rest is how long the plugin is watched while nobody asks it for anything.
const rest = 500 * time.Millisecond

// idle adds two samples, before and after a rest.
func (a *actor) idle() {
	a.recording.Samples = append(a.recording.Samples, a.plugin.Sample())
	<-time.After(rest)
	a.recording.Samples = append(a.recording.Samples, a.plugin.Sample())
}
