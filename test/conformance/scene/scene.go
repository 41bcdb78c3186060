// Package scene plays a plugin through scenes and records its behavior: on a healthy product, on
// the same product once more, on a missing one, on empty files, on garbage, with names planted
// everywhere, canceled, called twice, called two hundred times, without its host. Each scene is one
// start of the plugin and is played once; any number of checks judge its [Recording].
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
	"fmt"
	"os"
	"sync"
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
	maxParallel    = 4               // scenes played at the same time
	closeDelay     = time.Second / 4 // until a source notices that the connections of a process are closed
)

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
	Patience time.Duration // limit for that scene; four minutes if 0
	Seed     uint64        // of the garbage
	Dir      string        // for the files of the scenes; it must exist; Close removes it
}

// Scenes plays scenes on demand.
type Scenes struct {
	Config
	ctx    context.Context
	places chan struct{}
	source sync.Mutex // held by scenes that query the product's sources
	all    sync.WaitGroup
	mu     sync.Mutex
	played map[Name]*played
}

type played struct {
	once      sync.Once
	recording *Recording
}

// New returns [Scenes] and plays none yet. The scenes end with the context.
func New(ctx context.Context, config Config) *Scenes {
	return &Scenes{Config: config, ctx: ctx, places: make(chan struct{}, maxParallel), played: map[Name]*played{}}
}

// Prefetch plays scenes in the background, several at the same time.
func (s *Scenes) Prefetch(names []Name) {
	for _, name := range names {
		s.all.Go(func() { s.Of(name) })
	}
}

// Close waits for the scenes that are being played, and removes their files.
func (s *Scenes) Close() {
	s.all.Wait()
	_ = os.RemoveAll(s.Dir)
}

// Of returns the [Recording] of a scene, and plays the scene if it was not played yet. It may be
// called by several goroutines.
func (s *Scenes) Of(name Name) *Recording {
	s.mu.Lock()
	p := s.played[name]
	if p == nil {
		p = &played{}
		s.played[name] = p
	}
	s.mu.Unlock()
	p.once.Do(func() { p.recording = s.play(name) })
	return p.recording
}

// play plays the scene after the one on which it builds.
func (s *Scenes) play(name Name) *Recording {
	script, known := scripts()[name]
	r := &Recording{Scene: name, Period: s.Period, World: s.World, Code: -1}
	if !known {
		r.Broke = fmt.Errorf("there is no scene %s", name)
		return r
	}
	if script.after != "" {
		switch before := s.Of(script.after); {
		case before.Stage < Collected:
			r.Why = "the plugin did not complete the scene " + string(script.after)
			return r
		case before.Floods():
			r.Why = "the plugin prints and logs too much; no scene is played after " + string(script.after)
			return r
		}
	}
	if len(s.World.Sources) > 0 && !script.apart {
		s.source.Lock()
		defer s.source.Unlock()
		defer r.waitForClose()
	}
	if name != Many { // it takes long, and waits most of the time
		s.places <- struct{}{}
		defer func() { <-s.places }()
	}
	r.Broke = s.perform(script, r)
	return r
}

// waitForClose waits after a scene in which the plugin was cut off, because its connections close a
// moment later.
func (r *Recording) waitForClose() {
	if !r.Ended || r.Scene == Cancelled || r.Scene == Interrupted {
		<-time.After(closeDelay)
	}
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
	start.Binary = s.Product.Plugin()
	start.Env, start.Memory = append(start.Env, set.env...), s.Product.Profile.Limits.MemoryLimit()
	proper := r.World.allows(s.Product.Profile)
	// Listening is always allowed: the line says where the plugin listens, and a check judges that.
	// If it were refused, the plugin would print no line.
	start.Allow = func(act observe.Act) bool { return act.Kind == observe.Listen || proper(act) }
	plugin, err := frontdoor.Open(start)
	if err != nil {
		return err
	}
	r.Stage = Started
	a := &actor{ctx: s.ctx, plugin: plugin, recording: r, scenes: s, allowed: proper}
	script.play(a)
	return a.end()
}
