package scene

import (
	"context"
	"fmt"
	"math"
	"time"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/test/conformance/frontdoor"
)

// The scenes.
const (
	Good         Name = "good"         // on a healthy product
	Again        Name = "again"        // the same once more, in another process
	OtherHour    Name = "otherhour"    // another period
	Reminded     Name = "reminded"     // with the carryover and the counters that the plugin returned in Good
	Misled       Name = "misled"       // with garbage as carryover, and absurd counters
	Unconfigured Name = "unconfigured" // no source is configured
	Missing      Name = "missing"      // files and servers are missing
	Empty        Name = "empty"        // every file is empty, every server closes at once
	Garbage      Name = "garbage"      // every file and every server returns garbage
	Silent       Name = "silent"       // every server accepts and never answers
	Canaries     Name = "canaries"     // names planted where a system keeps its own
	Sprinkled    Name = "sprinkled"    // names at the end of every file
	Renamed      Name = "renamed"      // names in the values of files and answers
	Unreachable  Name = "unreachable"  // names in the settings of sources that cannot be reached
	Impostor     Name = "impostor"     // servers with certificates that cannot be verified
	Largest      Name = "largest"      // on the largest product
	LeftOut      Name = "leftout"      // the optional categories are left out
	Undescribed  Name = "undescribed"  // Collect without Describe
	Cancelled    Name = "cancelled"    // canceled collects, and one after them
	Twice        Name = "twice"        // two collects at the same time
	Interrupted  Name = "interrupted"  // asked to exit during a collect
	LetGo        Name = "letgo"        // its host is gone
	LetGoBusy    Name = "letgobusy"    // its host is gone during a collect
	Cookieless   Name = "cookieless"   // started by hand
	Offered      Name = "offered"      // unknown versions of the protocol are offered as well; then sent SIGTERM
	Strangers    Name = "strangers"    // called by clients that are not its host
	Terminated   Name = "terminated"   // sent SIGTERM during a collect
	Many         Name = "many"         // Config.Collects collects
	Hosted       Name = "hosted"       // run by the real host in its sandbox
	Released     Name = "released"     // Good with the last release of the product
)

// script is the way to play a scene.
type script struct {
	after Name // the scene that must have succeeded; empty if there is none
	apart bool // the plugin reaches no server of the product, so other scenes may be played meanwhile
	// the sources are replaced, removed or damaged, so that their refusal is intended
	harmed bool
	late   int // order among the scenes that query the product's sources: 0 first
	start  frontdoor.Start
	set    func(*stagedWorld) error
	play   func(*actor)
	host   func(s *Scenes, r *Recording, dir string) error // replaces set, start and play
}

// Soon is the time limit for a category in scenes in which waiting is pointless.
const Soon = 2 * time.Second

func scripts() map[Name]script {
	all := map[Name]script{
		Good:      {late: -1, play: first},
		Again:     {after: Good, play: cycle},
		OtherHour: {after: Good, set: anotherHour, play: cycle},
		Misled: {after: Good, set: unchanged,
			play: func(a *actor) { a.remembering(randomBytes(a.scenes.Seed, "memory", 4096), a.absurd()) }},
		Unconfigured: {after: Good, apart: true, harmed: true, set: unconfigure, play: cycleShortLimit},
		Missing:      {after: Good, apart: true, harmed: true, set: damage(missing), play: cycleShortLimit},
		Empty:        {after: Good, apart: true, harmed: true, set: damage(empty), play: cycleShortLimit},
		Garbage:      {after: Good, apart: true, harmed: true, set: damage(garbage), play: cycleShortLimit},
		Silent:       {after: Good, harmed: true, set: silence, play: cycleShortLimit},
		Impostor:     {after: Good, apart: true, harmed: true, set: impersonate, play: cycleShortLimit},
		Canaries:     {after: Good, set: plant, play: cycle},
		Sprinkled:    {after: Good, set: sprinkle, play: cycle},
		Renamed:      {after: Good, late: 1, set: rename, play: cycle},
		Unreachable:  {after: Good, harmed: true, set: estrange, play: cycleShortLimit},
		Largest:      {after: Good, set: enlarge, play: cycle},
		LeftOut:      {after: Good, play: leavingOut},
		Undescribed:  {after: Good, apart: true, play: undescribed},
		Cancelled:    {after: Good, late: 2, play: cancelled},
		Twice:        {after: Good, play: twice},
		Interrupted:  {after: Good, late: 3, play: interrupted},
		LetGo:        {after: Good, apart: true, play: whileIdle((*frontdoor.Plugin).CloseLifeline)},
		Cookieless: {after: Good, apart: true, start: frontdoor.Start{Without: []string{wire.Handshake.MagicCookieKey}},
			play: cookieless},
		Offered: {after: Good, apart: true, start: frontdoor.Start{Versions: "1,98,99"},
			play: whileIdle((*frontdoor.Plugin).Terminate)},
		Strangers:  {after: Good, apart: true, play: strangers},
		Many:       {after: Good, late: 1, play: many},
		Hosted:     {after: Good, host: confined},
		Released:   {after: Good, host: released},
		Terminated: {after: Good, late: 3, play: whileCollecting((*frontdoor.Plugin).Terminate)},
	}
	all[LetGoBusy] = script{after: Good, late: 3, play: whileCollecting((*frontdoor.Plugin).CloseLifeline)}
	for i, name := range Later()[1:] {
		all[name] = script{after: Later()[i], play: func(a *actor) { a.reminded(a.scenes.Of(Later()[i])) }}
	}
	for _, name := range Starts() {
		all[name] = script{after: Good, apart: true, play: redescribed}
	}
	return all
}

// Later returns scenes of which each is given the carryover that the one before returned.
func Later() []Name { return []Name{Good, Reminded, "reminded2", "reminded3"} }

// Starts returns scenes that are alike: a start, and two calls of Describe.
func Starts() (names []Name) {
	for n := range 8 {
		names = append(names, Name(fmt.Sprintf("start%d", n+1)))
	}
	return names
}

// redescribed does not wait for the plugin's end, which other scenes show.
func redescribed(a *actor) {
	if r := a.recording; a.handshake() && a.describe(a.scenes.Product.Profile.Limits.Collector) {
		once := r.Description
		a.describe(a.scenes.Product.Profile.Limits.Collector)
		r.Redescribed, r.RedescribedErr = r.Description, r.DescribeErr
		r.Description, r.DescribeErr, r.Stage = once, nil, Described
		r.HealthErr = a.healthy()
	}
}

// unasked is the time in which a plugin that exits without being asked is noticed.
const unasked = 500 * time.Millisecond

// first plays the first cycle, and waits before the end of it for a plugin that does not.
func first(a *actor) {
	if a.fullCycle(a.scenes.Product.Profile.Limits.Collector) {
		ctx, cancel := context.WithTimeout(a.ctx, unasked)
		defer cancel()
		a.noteDeath(ctx)
	}
	a.finish()
}

// cycle plays an hourly cycle as the host does.
func cycle(a *actor) {
	a.fullCycle(a.scenes.Product.Profile.Limits.Collector)
	a.finish()
}

// cycleShortLimit plays a cycle with little time for each category.
func cycleShortLimit(a *actor) {
	a.fullCycle(min(Soon, a.scenes.Product.Profile.Limits.Collector))
	a.finish()
}

// leavingOut plays nothing if the profile has no optional category.
func leavingOut(a *actor) {
	if a.leftOut = a.scenes.Product.Profile.Optional(); len(a.leftOut) > 0 {
		cycle(a)
	}
}

// reminded plays nothing if the cycle before had neither carryover nor counters.
func (a *actor) reminded(before *Recording) {
	if end := End(before.Collect); len(end.GetMemory())+len(end.GetCounters()) > 0 {
		a.remembering(end.GetMemory(), end.GetCounters())
	}
}

func (a *actor) remembering(memory []byte, counters map[string]int64) {
	_ = a.handshake() && a.describeReminding(a.scenes.Product.Profile.Limits.Collector, memory, counters) && a.collect()
	a.finish()
}

// absurd returns numbers that no counter reaches. A host gives only numbers that are not negative.
func (a *actor) absurd() map[string]int64 {
	counters := map[string]int64{}
	for i, name := range a.scenes.Product.Profile.CounterNames() {
		counters[name] = []int64{math.MaxInt64, 0}[i%2]
	}
	return counters
}

// finish stops a plugin that answers calls; [actor.end] kills any other.
func (a *actor) finish() {
	if a.recording.Stage >= Handshaken {
		a.stop()
	}
}

func undescribed(a *actor) {
	if a.handshake() {
		a.recording.More = append(a.recording.More, a.once(a.ctx))
		a.recording.HealthErr = a.healthy()
	}
	a.finish()
}

// healthy returns an error if the plugin no longer answers calls.
func (a *actor) healthy() error {
	ctx, cancel := context.WithTimeout(a.ctx, stopLimit)
	defer cancel()
	return a.plugin.Health(ctx)
}

func cookieless(a *actor) {
	ctx, cancel := context.WithTimeout(a.ctx, handshakeLimit)
	defer cancel()
	a.recording.First, a.recording.LineErr = a.plugin.Line(ctx)
	if a.recording.LineErr == nil {
		ctx, cancel = context.WithTimeout(a.ctx, time.Second)
		defer cancel()
	}
	a.await(ctx, a.plugin.Began)
}

func strangers(a *actor) {
	if !a.handshake() {
		return
	}
	ctx, cancel := context.WithTimeout(a.ctx, describeLimit)
	defer cancel()
	for client, stranger := range map[string]bool{"a client without a certificate": false,
		"a client with another certificate": true} {
		admitted, err := a.plugin.Admits(ctx, a.recording.Line, stranger)
		if err != nil {
			a.recording.Broke = err
		}
		if admitted {
			a.recording.Admitted = append(a.recording.Admitted, client)
		}
	}
	a.stop()
}
