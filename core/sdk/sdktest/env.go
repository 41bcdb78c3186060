package sdktest

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"

	"polycom.com/usagedata/core/internal/rooted"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/internal/carryover"
	"polycom.com/usagedata/core/sdk/internal/serve"
)

// Env returns the [sdk.Env] for a test of a part of a plugin. It discards the log; a test that
// checks log lines must set Env.Log.
func Env(t testing.TB, on On) sdk.Env {
	t.Helper()
	root, err := filepath.Abs(on.Root)
	if err != nil {
		t.Fatalf("find the root: %v", err)
	}
	given := serve.Given{Root: rooted.At(root), Log: slog.New(slog.DiscardHandler)}
	given.Sources = map[string]json.RawMessage{}
	for name, source := range on.Sources {
		if given.Sources[name], err = json.Marshal(source); err != nil {
			t.Fatalf("encode the source %s: %v", name, err)
		}
	}
	return env(given, carryover.Open(on.Carryover), carryover.OpenCounters(on.Counters))
}

// opened does the same for a test as [sdk.Main] does for the host.
func opened(open sdk.Open) serve.Open {
	return func(given serve.Given) (serve.Opened, error) {
		store, numbers := carryover.Open(given.Carryover), carryover.OpenCounters(given.Counters)
		categories, err := open(env(given, store, numbers))
		return serve.Opened{Categories: categories, Carryover: store.Packed, Counters: numbers.All}, err
	}
}

func env(given serve.Given, store *carryover.Store, numbers *carryover.Counters) sdk.Env {
	return sdk.Env{Root: given.Root, Log: given.Log, Carryover: (*sdk.Carryover)(store),
		Counters: (*sdk.Counters)(numbers), Sources: given.Sources}
}

// Counted returns the kept numbers as the host gives them to the next cycle. Pass them as
// [On].Counters.
func Counted(kept *sdk.Counters) map[string]int64 { return (*carryover.Counters)(kept).All() }

// Carried returns the kept values as the host carries them to the next cycle. Pass them as
// [On].Carryover.
func Carried(kept *sdk.Carryover) []byte { return (*carryover.Store)(kept).Packed() }

// Remembered returns the values in [Result].Carryover, or those that [Carried] returns, by key.
func Remembered(packed []byte) map[string][]byte {
	all := map[string][]byte{}
	for key, value := range carryover.Open(packed).All() {
		all[key] = value
	}
	return all
}
