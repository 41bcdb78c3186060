package cycle

import (
	"context"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/pluginhost"
)

// next runs the cycle of the next hour and returns the [pluginhost.Carryover] that the plugin
// received in it.
func (a *appliance) next(t *testing.T) *pluginhost.Carryover {
	t.Helper()
	a.now = a.now.Add(time.Hour)
	if _, err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a.product.reminded[len(a.product.reminded)-1]
}

// SEND-5: the [pluginhost.Carryover] that the plugin returns at the end of a cycle is given to it in
// the next cycle, and only that one.
func TestCarryoverReachesTheNextCycle(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	first, second := &pluginhost.Carryover{}, &pluginhost.Carryover{}
	var got []*pluginhost.Carryover
	for _, says := range []*pluginhost.Carryover{first, second, nil, first} {
		a.product.says = says
		got = append(got, a.next(t))
	}
	if want := []*pluginhost.Carryover{nil, first, second, nil}; !slices.Equal(got, want) {
		t.Errorf("got %v want %v: nothing, the first, the second, nothing", got, want)
	}
}

// CONS-2, CONS-3, ANON-1: values that were read under a consent and an identity are forgotten with
// them. Nothing is carried over from a plugin that fails either.
func TestCarryoverIsForgotten(t *testing.T) {
	for name, happens := range map[string]func(*testing.T, *appliance){
		"denied and allowed again": func(t *testing.T, a *appliance) {
			a.decide(t, consent.Denied)
			a.decide(t, consent.Allowed)
		},
		"a cycle without consent": func(t *testing.T, a *appliance) {
			key, err := os.ReadFile(a.keyFile())
			if err != nil {
				t.Fatal(err)
			}
			a.decide(t, consent.Denied)
			a.now = a.now.Add(time.Hour)
			_, _ = a.Run(t.Context())
			a.decide(t, consent.Allowed)
			// Restoring the old key does not bring it back either.
			if err := os.WriteFile(a.keyFile(), key, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"a cycle with a damaged decision": func(t *testing.T, a *appliance) {
			decision, err := os.ReadFile(a.Decision.Path())
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{"allowed", string(decision)} {
				if err := os.WriteFile(a.Decision.Path(), []byte(text), 0o640); err != nil {
					t.Fatal(err)
				}
				if text == "allowed" {
					a.now = a.now.Add(time.Hour)
					_, _ = a.Run(t.Context())
				}
			}
		},
		"withdrawn in mid-collect": func(t *testing.T, a *appliance) {
			a.product.while = func() {
				a.product.while = nil
				a.decide(t, consent.Denied)
				<-time.After(time.Second)
			}
			a.now = a.now.Add(time.Hour)
			_, _ = a.Run(t.Context())
			if !a.carryover.empty() {
				t.Error("something is remembered of a cycle that was broken off")
			}
			a.decide(t, consent.Allowed)
		},
		"renewed": func(t *testing.T, a *appliance) {
			if err := a.renew(); err != nil {
				t.Fatal(err)
			}
		},
		"a cycle in which the plugin fails": func(t *testing.T, a *appliance) {
			a.product.none, a.product.fails = true, os.ErrClosed
			a.now = a.now.Add(time.Hour)
			if _, err := a.Run(t.Context()); err == nil {
				t.Error("got no error")
			}
			a.product.none, a.product.fails = false, nil
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAppliance(t)
			a.decide(t, consent.Allowed)
			a.product.says = &pluginhost.Carryover{}
			a.next(t)
			if a.next(t) == nil {
				t.Fatalf("%s: got nothing remembered before", name)
			}
			happens(t, a)
			if got := a.next(t); got != nil {
				t.Errorf("%s: the plugin was reminded of what was read before", name)
			}
		})
	}
}

// CONS-2: between cycles, too, a withdrawal or a renewal erases the [pluginhost.Carryover] within a
// second.
func TestServiceForgetsCarryoverWithinASecond(t *testing.T) {
	for name, happens := range map[string]func(*testing.T, *appliance){
		"denied":  func(t *testing.T, a *appliance) { a.decide(t, consent.Denied) },
		"renewed": func(t *testing.T, a *appliance) { _ = a.renew() },
		"damaged": func(t *testing.T, a *appliance) {
			if err := os.WriteFile(a.Decision.Path(), []byte("allowed"), 0o640); err != nil {
				t.Fatal(err)
			}
		},
		"nothing": nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := atNoon(t, 20*time.Minute)
				a.product.says = &pluginhost.Carryover{}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				served := make(chan error, 1)
				go func() { served <- a.service(17 * time.Minute).Serve(ctx) }()
				time.Sleep(20 * time.Second)
				if a.carryover.empty() {
					t.Fatal("got nothing remembered after a cycle")
				}
				if happens != nil {
					happens(t, a)
				}
				time.Sleep(time.Second)
				if got, want := a.carryover.empty(), happens != nil; got != want {
					t.Errorf("a second later: got forgotten %v want %v", got, want)
				}
				cancel()
				if err := <-served; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// CONS-1: a preview needs no consent, so it neither uses values that were read under one nor leaves
// any.
func TestPreviewUsesNoCarryover(t *testing.T) {
	a := newAppliance(t)
	a.decide(t, consent.Allowed)
	said := &pluginhost.Carryover{}
	a.product.says = said
	a.next(t)
	a.product.says = &pluginhost.Carryover{}
	if _, err := a.Preview(t.Context(), acme); err != nil {
		t.Fatal(err)
	}
	if got := a.product.reminded[1]; got != nil {
		t.Error("the preview's plugin was reminded")
	}
	if got := a.next(t); got != said {
		t.Error("the preview changed what is remembered")
	}
}
