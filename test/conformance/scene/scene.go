// Package scene plays a plugin through scenes and records what it does: on what a healthy product has, on the same once
// more, on nothing, on empty files, on garbage, with names planted everywhere, canceled, called twice, two hundred
// times, left alone. Each scene is one start of the plugin and is played once; the checks judge the recordings, as many
// as like.
//
// A source is asked as a host asks it, by one process at a time: a product's manual gives the service one or two
// connections to its database, and a role that may have no more must not fail a plugin.
//
// A scene that shows nothing after another has failed (a plugin that can't shake hands can't do anything else) is not
// played.
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

// Limits of a scene. Those of the conversation are the host's.
const (
	shakeLimit    = 15 * time.Second
	describeLimit = 10 * time.Second
	stopLimit     = 3 * time.Second
	together      = 4               // scenes that are played at the same time
	settling      = time.Second / 4 // until a source knows that the connections of a process have ended
)

// Name is a scene's.
type Name string

// Config is what the scenes are played on.
type Config struct {
	Product  product.Installed
	World    World // of a healthy product
	Largest  World // of the largest; its Root is empty where there is none
	Period   time.Time
	Collects int           // in the scene Many
	Patience time.Duration // with that scene; 0: four minutes
	Seed     uint64        // of garbage
	Dir      string        // for what the scenes need; it must exist; Close removes it
}

// Scenes plays scenes on demand.
type Scenes struct {
	Config
	ctx    context.Context
	places chan struct{}
	source sync.Mutex // of the scenes that ask the product's sources
	all    sync.WaitGroup
	mu     sync.Mutex
	played map[Name]*played
}

type played struct {
	once      sync.Once
	recording *Recording
}

// New plays nothing yet. The scenes end with the context.
func New(ctx context.Context, config Config) *Scenes {
	return &Scenes{Config: config, ctx: ctx, places: make(chan struct{}, together), played: map[Name]*played{}}
}

// Prefetch plays scenes in the background, some at the same time.
func (s *Scenes) Prefetch(names []Name) {
	for _, name := range names {
		s.all.Go(func() { s.Of(name) })
	}
}

// Close waits for what is being played, and removes what the scenes needed.
func (s *Scenes) Close() {
	s.all.Wait()
	_ = os.RemoveAll(s.Dir)
}

// Of returns the recording of a scene, which is played if it was not. It may be called by several goroutines.
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

// play waits for the scene on which this one builds.
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
			r.Why = "the plugin did not get through the scene " + string(script.after)
			return r
		case before.Floods():
			r.Why = "the plugin prints and logs too much to be played any further than the scene " + string(script.after)
			return r
		}
	}
	if len(s.World.Sources) > 0 && !script.apart {
		s.source.Lock()
		defer s.source.Unlock()
		defer r.settle()
	}
	if name != Many { // it takes long, and waits most of the time
		s.places <- struct{}{}
		defer func() { <-s.places }()
	}
	r.Broke = s.perform(script, r)
	return r
}

// settle waits after a scene in which the plugin was cut off: its connections end a moment later.
func (r *Recording) settle() {
	if !r.Ended || r.Scene == Cancelled || r.Scene == Interrupted {
		<-time.After(settling)
	}
}

// perform sets the scene, lets the plugin play, and clears up.
func (s *Scenes) perform(script script, r *Recording) (err error) {
	dir, err := os.MkdirTemp(s.Dir, string(r.Scene)+"-")
	if err != nil {
		return fmt.Errorf("set the scene %s: %w", r.Scene, err)
	}
	if script.host != nil {
		defer os.RemoveAll(dir)
		return script.host(s, r, dir)
	}
	set := &setting{dir: dir, scenes: s, recording: r}
	defer func() { set.clear() }()
	if script.set != nil {
		if err := script.set(set); err != nil {
			return fmt.Errorf("set the scene %s: %w", r.Scene, err)
		}
	}
	r.Secrets = r.World.secrets(s.Product.Profile)
	start := script.start
	start.Binary = s.Product.Plugin()
	start.Env, start.Memory = append(start.Env, set.env...), s.Product.Profile.Limits.MostMemory()
	proper := r.World.allows(s.Product.Profile)
	// Its line says where it listens, and a check judges that; a plugin that is refused would print no line.
	start.Allow = func(act observe.Act) bool { return act.Kind == observe.Listen || proper(act) }
	plugin, err := frontdoor.Open(start)
	if err != nil {
		return err
	}
	r.Stage = Started
	a := &actor{ctx: s.ctx, plugin: plugin, recording: r, scenes: s, proper: proper}
	script.play(a)
	return a.end()
}
