// Package scene plays a plugin through scenes and records its behavior: on a healthy product, on
// the same product once more, on a missing one, on empty files, on garbage, with names planted
// everywhere, also in the answers of its sources, canceled, called twice, called two hundred times,
// without its host. Each scene is one start of the plugin and is played once; any number of checks
// judge its [Recording].
//
// The sources are queried as a host queries them, by one process at a time: a product's manual
// gives the service one or two connections to its database, and a plugin must not fail because the
// database role allows no more.
//
// A scene is skipped if an earlier failure makes it pointless: a plugin that fails the handshake
// cannot do anything else.
package scene

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/observe"
)

// Limits of a scene. The limits of the calls are the host's.
const (
	handshakeLimit = 15 * time.Second
	describeLimit  = 10 * time.Second
	stopLimit      = 3 * time.Second
	maxParallel    = 4                // scenes played at the same time
	closeDelay     = time.Second / 4  // until a source notices that the connections of a process are closed
	overdueAfter   = 10 * time.Second // after the context ended; a scene that still runs is then given up
)

// ErrInterrupted reports that a scene was cut off, or not played, because the context ended.
var ErrInterrupted = errors.New("the run was interrupted")

// Name is the name of a scene.
type Name string

// Config is the input of [New].
type Config struct {
	Product  product.Installed
	Baseline product.Installed // its last release; its Dir is empty if there is none
	World    World             // of a healthy product
	Largest  World             // of the largest; its Root is empty if there is none
	Period   time.Time
	Collects int           // in the scene Many
	Patience time.Duration // limit for that scene; two minutes if 0
	Seed     uint64        // of the garbage
	Dir      string        // of the run, for the files of the scenes
	Playing  func([]Name)  // if set, called with the scenes that are played now whenever one begins or ends
}

// Scenes plays scenes on demand.
type Scenes struct {
	Config
	ctx     context.Context
	began   time.Time
	overdue chan struct{} // closed when scenes that still run are given up
	places  chan struct{}
	source  sync.Mutex // held by scenes that query the product's sources
	cutOff  bool       // its last user was cut off, or is unknown: guarded by source
	all     sync.WaitGroup
	mu      sync.Mutex
	played  map[Name]*played
	playing []Name
}

type played struct {
	done      chan struct{} // closed when there is a recording
	recording *Recording
}

// New returns [Scenes] and plays none yet. The scenes end with the context.
func New(ctx context.Context, config Config) *Scenes {
	s := &Scenes{Config: config, ctx: ctx, began: time.Now(), overdue: make(chan struct{}),
		places: make(chan struct{}, maxParallel), cutOff: true, played: map[Name]*played{}}
	context.AfterFunc(ctx, func() { time.AfterFunc(overdueAfter, func() { close(s.overdue) }) })
	return s
}

// Prefetch plays scenes in the background. Those that query the product's sources are played one
// after the other, in a fixed order: last those in which the plugin is cut off, because its
// connections may outlive it at the server, and no later scene may be refused for them. The others
// are played at the same time.
func (s *Scenes) Prefetch(names []Name) {
	known := scripts()
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b Name) int { return known[a].late - known[b].late })
	var turns []func()
	for _, name := range names {
		p, mine := s.entry(name)
		switch {
		case !mine:
		case s.querying(known[name]):
			turns = append(turns, func() { s.play(name, p) })
		default:
			s.all.Go(func() { s.play(name, p) })
		}
	}
	s.all.Go(func() {
		for _, play := range turns {
			play()
		}
	})
}

// Close waits for the scenes that are being played.
func (s *Scenes) Close() {
	ended := make(chan struct{})
	go func() { s.all.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-s.overdue: // what still runs ends with this program
	}
}

// Of returns the [Recording] of a scene, and plays the scene if it was not played yet. It may be
// called by several goroutines. It returns soon after the context has ended, even if the plugin
// cannot be killed.
func (s *Scenes) Of(name Name) *Recording {
	p, mine := s.entry(name)
	if mine {
		s.all.Go(func() { s.play(name, p) })
	}
	select {
	case <-p.done:
		return p.recording
	case <-s.overdue:
		return &Recording{Scene: name, Broke: ErrInterrupted}
	}
}

// entry returns the place of a recording, and whether the caller must play the scene.
func (s *Scenes) entry(name Name) (p *played, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p = s.played[name]; p == nil {
		p, mine = &played{done: make(chan struct{})}, true
		s.played[name] = p
	}
	return p, mine
}

func (s *Scenes) play(name Name, p *played) {
	p.recording = s.record(name)
	close(p.done)
}

// querying reports whether the plugin may reach a source of the product in a scene. Even where its
// servers are replaced, a configured path may be that of a server's socket.
func (s *Scenes) querying(script script) bool {
	return len(s.World.Sources) > 0 && (!script.apart || script.harmed && s.World.hasPath(s.Product.Profile))
}

// record plays the scene after the one on which it builds.
func (s *Scenes) record(name Name) *Recording {
	script, known := scripts()[name]
	r := s.blank(name)
	if !known {
		r.Broke = fmt.Errorf("there is no scene %s", name)
		return r
	}
	if script.after != "" {
		switch before := s.Of(script.after); {
		case before.Broke != nil:
			r.Broke = before.Broke
			return r
		case before.Stage < Collected:
			r.Why = "the plugin did not complete the scene " + string(script.after)
			return r
		case before.Quits():
			r.Why = "the plugin exits without being asked; no scene is played after " + string(script.after)
			return r
		case before.Floods():
			r.Why = "the plugin prints and logs too much; no scene is played after " + string(script.after)
			return r
		}
	}
	if s.querying(script) {
		s.source.Lock()
		defer s.source.Unlock()
	}
	if name != Many { // it takes long, and waits most of the time
		s.places <- struct{}{}
		defer func() { <-s.places }()
	}
	s.show(func() { s.playing = append(s.playing, name) })
	defer s.show(func() { s.playing = slices.DeleteFunc(s.playing, func(n Name) bool { return n == name }) })
	if !s.querying(script) {
		return s.attempt(script, r)
	}
	return s.inTurn(script, r)
}

func (s *Scenes) blank(name Name) *Recording {
	return &Recording{Scene: name, Period: s.Period, World: s.World, Code: -1}
}

// show changes the list of the scenes that are played now.
func (s *Scenes) show(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if change(); s.Playing != nil {
		s.Playing(slices.Clone(s.playing))
	}
}

// lingering lists the waits before a scene is played again. Together they are longer than a
// statement of a killed plugin runs on at a server, by the time limit that the SDK gives it.
var lingering = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}

// inTurn plays a scene that queries the product's sources. After a plugin that was cut off, the
// server may still count its connection: if the source refuses the next one, the scene is played
// again.
func (s *Scenes) inTurn(script script, r *Recording) *Recording {
	r = s.attempt(script, r)
	for _, wait := range lingering {
		if !s.cutOff || script.harmed || r.Broke != nil || len(s.refusedNow(r)) == 0 {
			break
		}
		pause(s.ctx, wait)
		r = s.attempt(script, s.blank(r.Scene))
	}
	if s.cutOff = r.cutOff(); s.cutOff {
		pause(s.ctx, closeDelay)
	}
	return r
}

// refusedNow returns the refusals of a scene that are not also those of the first one.
func (s *Scenes) refusedNow(r *Recording) []Refusal {
	now := r.Refusals(s.Product.Profile)
	if r.Scene == Good {
		return now
	}
	before := s.Of(Good).Refusals(s.Product.Profile)
	return slices.DeleteFunc(now, func(refusal Refusal) bool {
		return slices.ContainsFunc(before, func(earlier Refusal) bool { return earlier.Of == refusal.Of })
	})
}

// cutOff reports whether the plugin may have left connections that it did not close.
func (r *Recording) cutOff() bool {
	return r.Confined == nil && (!r.Ended ||
		slices.Contains([]Name{Cancelled, Interrupted, Terminated, LetGoBusy, Renamed}, r.Scene))
}

// pause waits, but not longer than the context.
func pause(ctx context.Context, wait time.Duration) {
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

// attempts is the number of times that a scene is played on a machine that is too busy.
const attempts = 3

// attempt plays a scene, and again if the machine was too busy.
func (s *Scenes) attempt(script script, r *Recording) *Recording {
	r = s.once(script, r)
	for n := 1; n < attempts && errors.Is(r.Broke, errBusy); n++ {
		r = s.once(script, s.blank(r.Scene))
	}
	return r
}

// once plays a scene once. If the run was interrupted meanwhile, or the machine is the reason for
// anything that happened, the recording must not be judged.
func (s *Scenes) once(script script, r *Recording) *Recording {
	if s.ctx.Err() != nil {
		r.Broke = ErrInterrupted
		return r
	}
	began := time.Now()
	r.Broke = s.perform(script, r)
	r.Took = time.Since(began)
	switch {
	case s.ctx.Err() != nil:
		r.Broke = ErrInterrupted
	case r.Broke == nil && clockChanged(s.began, time.Now()):
		r.Broke = errClock
	case r.Broke == nil && r.Stage < Collected:
		r.Broke = roomForPlugin() // a full disk would make any plugin fail
	}
	return r
}

// perform sets up the scene, plays it, and cleans up.
func (s *Scenes) perform(script script, r *Recording) (err error) {
	dir, err := os.MkdirTemp(s.Dir, string(r.Scene)+"-")
	if err != nil {
		return fmt.Errorf("prepare the scene %s: %w", r.Scene, err)
	}
	if script.host != nil {
		defer os.RemoveAll(dir)
		return script.host(s, r, dir)
	}
	set := &stagedWorld{dir: dir, scenes: s, recording: r}
	defer func() { set.clear() }()
	if script.set != nil {
		if err := script.set(set); err != nil {
			return fmt.Errorf("prepare the scene %s: %w", r.Scene, err)
		}
	}
	r.Secrets = r.World.secrets(s.Product.Profile)
	start := script.start
	start.Binary, start.Dir = s.Product.Plugin(), s.Dir
	start.Env, start.Memory = append(start.Env, set.env...), s.Product.Profile.Limits.MemoryLimit()
	start.Reads = slices.Contains(ReadsObserved(), r.Scene)
	var handshaken atomic.Bool
	proper, err := s.proper(r.World, &handshaken)
	if err != nil {
		return err
	}
	// Listening is always allowed: the line says where the plugin listens, and a check judges that.
	// If it were refused, the plugin would print no line.
	start.Allow = func(act observe.Act) bool { return act.Kind == observe.Listen || proper(act) }
	plugin, err := frontdoor.Open(start)
	if err != nil {
		return err
	}
	r.Stage = Started
	a := &actor{ctx: s.ctx, plugin: plugin, recording: r, scenes: s, allowed: proper, handshaken: &handshaken}
	script.play(a)
	return a.end()
}

// proper returns a function that reports whether the host allows an act.
func (s *Scenes) proper(w World, handshaken *atomic.Bool) (func(observe.Act) bool, error) {
	reads, err := s.readable(w)
	others := w.allows(s.Product.Profile)
	return func(act observe.Act) bool {
		if act.Kind == observe.Read {
			return reads.allows(act) || !handshaken.Load() && reads.atStart(act)
		}
		return others(act)
	}, err
}
