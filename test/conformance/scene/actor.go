package scene

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/observe"
)

// actor drives the [frontdoor.Plugin] in one scene. Each step records its result and reports
// whether the next step can follow.
type actor struct {
	ctx       context.Context
	plugin    *frontdoor.Plugin
	recording *Recording
	scenes    *Scenes
	allowed   func(observe.Act) bool // the acts that the host allows
	leftOut   []string               // the categories that are left out

	handshaken *atomic.Bool // set at that stage
}

// handshake reads the handshake line and makes the first call, within the host's time limit for
// both.
func (a *actor) handshake() bool {
	r := a.recording
	ctx, cancel := context.WithDeadline(a.ctx, a.plugin.Began.Add(handshakeLimit))
	defer cancel()
	r.First, r.LineErr = a.plugin.Line(ctx)
	r.LineTook, r.Launching = time.Since(a.plugin.Began), a.plugin.Launching
	if r.LineErr != nil {
		a.late(ctx, instant{at: a.plugin.Began})
		a.noteDeath(ctx)
		return false
	}
	r.Line, r.LineFault = frontdoor.ReadLine(r.First), a.plugin.LineFault()
	r.SocketFault = a.plugin.SocketFault(r.Line)
	if r.LineFault != "" || r.SocketFault != "" || r.Line.CertificateFault() != "" {
		if a.noteDeath(ctx); r.Crashed() && r.Line.Within(a.plugin.Folder) {
			r.SocketFault = "" // the socket went with the process
		}
		return false
	}
	if r.CallErr = a.plugin.Dial(r.Line); r.CallErr != nil {
		return false
	}
	if !a.reach(ctx) {
		a.late(ctx, instant{at: a.plugin.Began})
		return false
	}
	r.Stage = Handshaken
	a.handshaken.Store(true)
	r.Socket = frontdoor.Permissions(r.Line)
	a.plugin.ReadStdio(a.ctx)
	return true
}

// reach makes the first call. It reports whether the plugin can be called at all; a health service
// that is missing or reports trouble does not prevent other calls.
func (a *actor) reach(ctx context.Context) bool {
	r := a.recording
	r.HealthErr = a.plugin.Health(ctx)
	switch frontdoor.CauseOf(r.HealthErr) {
	case frontdoor.Unreached:
		r.CallErr, r.HealthErr = r.HealthErr, nil
	case frontdoor.Broken, frontdoor.Late:
	default:
		return true
	}
	a.late(ctx, instant{at: a.plugin.Began})
	a.noteDeath(ctx)
	return false
}

// deathDelay is the time in which the exit status is known after a connection broke.
const deathDelay = time.Second

// noteDeath records how the process ended if it did so without being asked. Call it after a
// failure: the connection of a process breaks a moment before its exit status is known.
func (a *actor) noteDeath(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, deathDelay)
	defer cancel()
	if a.plugin.WaitEnded(ctx) && a.plugin.Excess() == "" {
		a.recording.Died = a.plugin.State()
	}
}

// broke reports whether an error can be due to the death of the process.
func broke(err error) bool {
	cause := frontdoor.CauseOf(err)
	return cause == frontdoor.Broken || cause == frontdoor.Unreached
}

// describe calls Describe with the given time limit for a category: the profile's or a shorter one.
func (a *actor) describe(collector time.Duration) bool {
	return a.describeReminding(collector, nil, nil)
}

// describeReminding is describe with a carryover and counters.
func (a *actor) describeReminding(collector time.Duration, memory []byte, counters map[string]int64) bool {
	r := a.recording
	sources, err := structpb.NewStruct(r.World.Sources)
	if err != nil {
		r.Broke = errors.New("the configured sources cannot be sent")
		return false
	}
	ctx, cancel := context.WithTimeout(a.ctx, describeLimit)
	defer cancel()
	before := a.now()
	r.Description, r.DescribeErr = a.plugin.Describe(ctx, &pluginpb.DescribeRequest{
		Root: r.World.Root, Sources: sources, CollectorMilliseconds: collector.Milliseconds(), Memory: memory,
		Counters: counters,
	})
	r.DescribeTook = time.Since(before.at)
	r.DescribeRepeats = a.plugin.DescribeRepeats
	if r.DescribeErr != nil {
		a.late(ctx, before)
		if broke(r.DescribeErr) {
			a.noteDeath(a.ctx)
		}
		return false
	}
	r.Stage = Described
	return true
}

// collect calls Collect for the scene's hour.
func (a *actor) collect() bool {
	r := a.recording
	before := a.now()
	r.Collect = a.once(a.ctx)
	after := a.now()
	r.CollectTook = after.at.Sub(before.at)
	r.Starved = min(max(after.waited-before.waited, 0), r.CollectTook)
	r.Samples = append(r.Samples, a.plugin.Sample())
	r.Socket |= frontdoor.Permissions(r.Line)
	if r.Collect.Err != nil {
		if broke(r.Collect.Err) {
			a.noteDeath(a.ctx)
		}
		return false
	}
	r.Stage = Collected
	return true
}

// once makes one call of Collect within the profile's limit.
func (a *actor) once(ctx context.Context) frontdoor.Collected {
	limited, cancel := context.WithTimeout(ctx, a.scenes.Product.Profile.Limits.Collect)
	defer cancel()
	before := a.now()
	c := a.plugin.Collect(limited, a.request())
	if ctx.Err() == nil { // otherwise the scene itself cut it off
		a.late(limited, before)
	}
	return c
}

// instant is how long the plugin has run, and waited for a processor, at one time.
type instant struct {
	at          time.Time
	ran, waited time.Duration
}

func (a *actor) now() instant {
	ran, waited := a.plugin.Scheduled()
	return instant{time.Now(), ran, waited}
}

// late must be called after a call that failed, with the instant before it. If it failed because its
// context ended, and the plugin could not run because the machine was too busy, the scene is no
// plugin's failure.
func (a *actor) late(ctx context.Context, before instant) {
	now := a.now()
	if ctx.Err() != nil && a.ctx.Err() == nil &&
		starved(now.ran-before.ran, now.waited-before.waited, now.at.Sub(before.at)) {
		a.recording.Broke = errBusy
	}
}

func (a *actor) request() *pluginpb.CollectRequest {
	start := a.recording.Period
	return &pluginpb.CollectRequest{Start: timestamppb.New(start), End: timestamppb.New(start.Add(time.Hour)),
		LeftOut: a.leftOut}
}

// fullCycle performs a cycle from the handshake to the end of the stream.
func (a *actor) fullCycle(collector time.Duration) bool {
	return a.handshake() && a.describe(collector) && a.collect()
}

// stop asks the plugin to exit and waits, but not longer than the host. A plugin that has exited
// before is not asked.
func (a *actor) stop() {
	if a.plugin.State() != "" {
		a.noteDeath(a.ctx)
		return
	}
	ctx, cancel := context.WithTimeout(a.ctx, stopLimit)
	defer cancel()
	began := time.Now()
	_ = a.plugin.Shutdown(ctx) // the connection may break first
	a.await(ctx, began)
}

func (a *actor) await(ctx context.Context, began time.Time) {
	before := a.now()
	if a.recording.Ended = a.plugin.WaitEnded(ctx); !a.recording.Ended {
		a.late(ctx, before)
	}
	a.recording.EndTook = time.Since(began)
}

// end records the plugin's final state and cleans up.
func (a *actor) end() error {
	r := a.recording
	if r.Ended {
		r.Left = len(a.plugin.Sockets())
	}
	r.State, r.Code, r.Excess = a.plugin.State(), a.plugin.Code(), a.plugin.Excess()
	err := a.plugin.Close()
	r.Printed = a.plugin.Printed() + a.plugin.StdioBytes()
	kept, total := a.plugin.Log()
	r.Log, r.LogBytes, r.LogEnd = logLines(kept), total, logLines(a.plugin.LogEnd())
	sockets := []string{filepath.Clean(r.Line.Address)}
	for _, act := range a.plugin.Acts() {
		// A read was judged when it was made, and is recorded only if it was refused: a path through /proc/self leads
		// nowhere after the end of the process.
		r.note(act, act.Kind != observe.Read && a.allowed(act) && r.ownName(act, &sockets))
	}
	return errors.Join(r.Broke, err)
}

// ownName reports whether an act in the plugin's own folder is about the name of its socket, or of
// one that is noted already. It returns true for other acts.
func (r *Recording) ownName(act observe.Act, sockets *[]string) bool {
	path, listens := strings.CutPrefix(act.Object, "unix ")
	path = filepath.Clean(path)
	if r.Stage < Handshaken || act.Kind == observe.Connect || !ownFolder(path) || slices.Contains(*sockets, path) {
		return true
	}
	if listens {
		*sockets = append(*sockets, path)
	}
	return false
}

// note records an act that is not allowed, and a connection that is.
func (r *Recording) note(act observe.Act, allowed bool) {
	switch {
	case !allowed:
		r.Acts = append(r.Acts, act)
	case act.Kind == observe.Connect && !strings.HasPrefix(act.Object, "unix ") && len(r.Reached) < maxReached &&
		!slices.Contains(r.Reached, act.Object):
		r.Reached = append(r.Reached, act.Object)
	}
}
