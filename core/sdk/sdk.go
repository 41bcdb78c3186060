// Package sdk is for product teams that write a plugin: typed structs, a function for each category
// ([Collect]), and [Main]. A plugin imports no other package of core than this one and those below
// it.
//
// An author declares the fields in profile.yaml and writes one struct for each category, with the
// names of the fields in `usage` tags. [Main] refuses to describe a plugin whose structs differ
// from its profile. The host does everything that protects the customer; the SDK only makes it easy
// to write a correct plugin.
package sdk

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk/internal/carryover"
	"polycom.com/usagedata/core/sdk/internal/endpoint"
	"polycom.com/usagedata/core/sdk/internal/logbridge"
	"polycom.com/usagedata/core/sdk/internal/serve"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Version is the version of the plugin. Set it at build time: -ldflags "-X
// polycom.com/usagedata/core/sdk.Version=1.2.0".
var Version = "0.0.0"

// Period is the reported UTC hour. Its Start and End are in UTC. If a source uses local time,
// compare instants: a row about 14:45 in Kathmandu belongs to the period that begins at 09:00 UTC.
type Period = usage.Period

// Open is the author's function that returns the categories, which read from the [Env]. It is
// called once. It must not read anything yet. If a source is not configured, Open must not fail:
// the collectors that need the source return [NotConfigured] with [NotAvailable], and the other
// categories are still sent.
type Open func(Env) ([]Category, error)

// Category is a named collector. [Collect] returns one.
type Category = serve.Category

// Collect returns a category of the profile that the function read reads. T is a struct with
// `usage` tags.
//
// The function must return soon after its context ends: the category of a late collector is lost.
// If the function returns an error, the category is missing, with the reason that [Explain] finds
// in the error; [NotAvailable] and [NotApplicable] give a reason explicitly.
func Collect[T any](name string, read func(context.Context, Period) (T, error)) Category {
	check := func(declared profile.Category) []error {
		return checkStruct(name, reflect.TypeFor[T](), declared.Fields)
	}
	return serve.NewCategory(name, check, func(ctx context.Context, p Period, log *slog.Logger) *pluginpb.Category {
		value, err := read(ctx, p)
		return sent(name, reflect.ValueOf(value), err, log)
	})
}

// Main serves the plugin until the host stops it or is gone. profileYAML is the embedded
// profile.yaml.
//
// Standard output belongs to the handshake and standard input to the lifeline, so do not use
// either. Log with [Env].Log.
func Main(profileYAML []byte, open Open) {
	log := logbridge.New(os.Stderr)
	approved, err := profile.Parse(profileYAML)
	if err != nil {
		log.Error("the embedded profile is invalid", "error", err)
		os.Exit(1)
	}
	served := serve.Plugin{Profile: approved, Version: Version, Open: open.opened, Log: log}
	exitWithHost()
	if err := endpoint.Serve(served.Server(), os.Stdout); err != nil {
		log.Error("the plugin cannot be served", "error", err)
		os.Exit(1)
	}
}

// opened calls the author's function with an [Env] made from the values that the host gave.
func (open Open) opened(given serve.Given) (serve.Opened, error) {
	store, numbers := carryover.Open(given.Carryover), carryover.OpenCounters(given.Counters)
	categories, err := open(Env{
		Root: given.Root, Log: given.Log, Carryover: (*Carryover)(store), Counters: (*Counters)(numbers),
		Sources: given.Sources,
	})
	return serve.Opened{Categories: categories, Carryover: store.Packed, Counters: numbers.All}, err
}

// ErrNotConfigured is returned by [Env.Source] if the administrator has not configured the source.
var ErrNotConfigured = errors.New("source is not configured")
