// Package sdk is what a product team writes a plugin with: typed structs, a function for each category, and Main. It
// is the only package of core that a plugin imports, with those below it.
//
// An author declares the fields in profile.yaml and writes one struct for each category, whose `usage` tags are the
// fields' names. Main refuses to describe a plugin whose structs differ from its profile. Everything that protects
// the customer is done by the host; the SDK only makes it easy to be right.
package sdk

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk/internal/carryover"
	"polycom.com/usagedata/core/sdk/internal/logbridge"
	"polycom.com/usagedata/core/sdk/internal/serve"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Version is the plugin's own version, set when it is built: -ldflags "-X
// polycom.com/usagedata/core/sdk.Version=1.2.0".
var Version = "0.0.0"

// Period is the hour of UTC that is reported, its Start and End in UTC. A source that goes by the local clock is read
// by instants: a row about 14:45 in Kathmandu belongs to the period that begins at 09:00 UTC.
type Period = usage.Period

// Open is an author's function: it is called once, with what the plugin is to read, and returns the categories. It
// must not read anything yet, and an unconfigured source is no error here: the collectors that need it return
// NotAvailable(NotConfigured), and the others still count.
type Open func(Env) ([]Category, error)

// Category is a named collector. [Collect] makes one.
type Category = serve.Category

// Collect makes a category of the profile from a function that reads it. T is a struct with `usage` tags.
//
// The function must end soon after its context: a collector that is late loses its category. An error costs the
// category too, with the reason that Explain finds in it; NotAvailable and NotApplicable say it explicitly.
func Collect[T any](name string, read func(context.Context, Period) (T, error)) Category {
	check := func(declared profile.Category) []error {
		return checkStruct(name, reflect.TypeFor[T](), declared.Fields)
	}
	return serve.NewCategory(name, check, func(ctx context.Context, p Period, log *slog.Logger) *pluginpb.Category {
		value, err := read(ctx, p)
		return sent(name, reflect.ValueOf(value), err, log)
	})
}

// Main serves the plugin until the host stops it, or is gone. profileYAML is the embedded profile.yaml.
//
// Standard output belongs to the handshake and standard input to the lifeline: print and read nothing there. Log
// through Env.Log.
func Main(profileYAML []byte, open Open) {
	log := hclog.New(&hclog.LoggerOptions{Level: hclog.Debug, Output: os.Stderr, JSONFormat: true})
	approved, err := profile.Parse(profileYAML)
	if err != nil {
		log.Error("the embedded profile is not usable", "error", err)
		os.Exit(1)
	}
	served := serve.Plugin{Profile: approved, Version: Version, Open: open.opened, Log: logbridge.New(log)}
	holdOn()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  wire.Handshake,
		VersionedPlugins: wire.Plugins(served.Server()),
		GRPCServer:       plugin.DefaultGRPCServer,
		Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr,
			JSONFormat: true}), // the library's own words
	})
}

// opened gives the author's function what the host gave, in the author's terms.
func (open Open) opened(given serve.Given) (serve.Opened, error) {
	memory := carryover.Open(given.Memory)
	categories, err := open(Env{
		Root: given.Root, Log: given.Log, Memory: (*Memory)(memory), Sources: given.Sources,
	})
	return serve.Opened{Categories: categories, Memory: memory.Packed}, err
}

// ErrNotConfigured is what Env.Source returns when the administrator has not configured the source.
var ErrNotConfigured = errors.New("source is not configured")
