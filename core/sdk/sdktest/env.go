package sdktest

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/internal/carryover"
	"polycom.com/usagedata/core/sdk/internal/rooted"
	"polycom.com/usagedata/core/sdk/internal/serve"
)

// Env returns what a plugin is given to read, for a test of one of its parts. Nothing is logged; a
// test that looks at the lines sets Env.Log.
func Env(t testing.TB, on On) sdk.Env {
	t.Helper()
	root, err := filepath.Abs(on.Root)
	if err != nil {
		t.Fatalf("find the root: %v", err)
	}
	given := serve.Given{Root: rooted.At(root), Log: slog.New(slog.DiscardHandler), Memory: on.Memory}
	given.Sources = map[string]json.RawMessage{}
	for name, source := range on.Sources {
		if given.Sources[name], err = json.Marshal(source); err != nil {
			t.Fatalf("encode the source %s: %v", name, err)
		}
	}
	return env(given, carryover.Open(on.Memory))
}

// opened does for a test what [sdk.Main] does for the host.
func opened(open sdk.Open) serve.Open {
	return func(given serve.Given) (serve.Opened, error) {
		memory := carryover.Open(given.Memory)
		categories, err := open(env(given, memory))
		return serve.Opened{Categories: categories, Memory: memory.Packed}, err
	}
}

func env(given serve.Given, memory *carryover.Store) sdk.Env {
	return sdk.Env{Root: given.Root, Log: given.Log, Memory: (*sdk.Memory)(memory), Sources: given.Sources}
}

// Carried returns what the host carries to the next cycle of what was kept in this one: On.Memory
// of the next.
func Carried(kept *sdk.Memory) []byte { return (*carryover.Store)(kept).Packed() }

// Remembered returns by key what is in Result.Memory, or in what Carried returns.
func Remembered(memory []byte) map[string][]byte {
	all := map[string][]byte{}
	for key, value := range carryover.Open(memory).All() {
		all[key] = value
	}
	return all
}
