package scene

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
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
		return false
	}
	r.Line = frontdoor.ReadLine(r.First)
	r.Listens = r.Line.Within(a.plugin.Folder)
	if r.Line.Fields < 6 || !r.Listens {
		r.CallErr = errors.New("its line does not say where to call it")
		return false
	}
	if r.CallErr = a.plugin.Dial(r.Line); r.CallErr != nil {
		return false
	}
	r.HealthErr = a.plugin.Health(ctx)
	if code := status.Code(r.HealthErr); code == codes.Unavailable || code == codes.DeadlineExceeded {
		a.late(ctx, instant{at: a.plugin.Began})
		r.CallErr = r.HealthErr
		return false
	}
	r.Stage = Handshaken
	a.plugin.ReadStdio(a.ctx)
	return true
}

// describe calls Describe with the given time limit for a category: the profile's or a shorter one.
func (a *actor) describe(collector time.Duration, memory []byte) bool {
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
	})
	r.DescribeTook = time.Since(before.at)
	if r.DescribeErr != nil {
		a.late(ctx, before)
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
	if r.Collect.Err != nil {
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
	return &pluginpb.CollectRequest{Start: timestamppb.New(start), End: timestamppb.New(start.Add(time.Hour))}
}

// fullCycle performs a cycle from the handshake to the end of the stream.
func (a *actor) fullCycle(collector time.Duration) bool {
	return a.handshake() && a.describe(collector, nil) && a.collect()
}

// stop asks the plugin to exit and waits, but not longer than the host.
func (a *actor) stop() {
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
	r.Log, r.LogBytes = logLines(kept), total
	for _, act := range a.plugin.Acts() {
		if !a.allowed(act) {
			r.Acts = append(r.Acts, act)
		}
	}
	return errors.Join(r.Broke, err)
}
