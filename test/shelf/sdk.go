package shelf

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// These are the categories, as an author writes them.
type (
	systemPart struct {
		Release string        `usage:"release"`
		Model   string        `usage:"model"`
		Secure  bool          `usage:"secure"`
		Booted  time.Time     `usage:"booted"`
		Period  time.Duration `usage:"period"`
		Up      time.Duration `usage:"up"`
		Load    float64       `usage:"load"`
		Memory  int64         `usage:"memory"`
	}
	countsPart struct {
		Users  int64            `usage:"users"`
		ByType map[string]int64 `usage:"by_type"`
		Rooms  []int64          `usage:"rooms"`
		Peers  []peerPart       `usage:"peers"`
	}
	peerPart struct {
		Address string `usage:"address"`
		Contact string `usage:"contact"`
	}
	licensePart struct {
		Serial   string   `usage:"serial_number"`
		Features []string `usage:"features"`
		Options  []string `usage:"options"`
	}
)

// withTheSDK returns plugins that are written like an author's.
func withTheSDK() []Plugin {
	return []Plugin{
		breaks("panicsopen", "panics when the SDK opens it", "describe.answers",
			opening(func(sdk.Env) ([]sdk.Category, error) { panic(Name) })).
			host(Refused, "error code FailedPrecondition").quick(),
		breaks("panicscollector", "panics in a collector of the SDK", "sources.healthy",
			counting(func(context.Context, sdk.Period) (countsPart, error) { panic(Name) })).
			host(Partly, "").shows("missing   counts").quick(),
		breaks("latecollector", "has a collector of the SDK that ignores cancellation", "sources.healthy",
			counting(func(context.Context, sdk.Period) (countsPart, error) { forever(); return countsPart{}, nil })).
			host(Partly, "").shows("missing   counts").late(),
	}
}

func opening(open sdk.Open) life {
	return func() {
		self, _ := Find(name())
		sdk.Main(self.Profile(), open)
	}
}

func counting(counts func(context.Context, sdk.Period) (countsPart, error)) life {
	return opening(func(sdk.Env) ([]sdk.Category, error) {
		return []sdk.Category{sdk.Collect("system", readSystem), sdk.Collect("counts", counts),
			sdk.Collect("license_information", readLicense)}, nil
	})
}

func readSystem(context.Context, sdk.Period) (systemPart, error) {
	return systemPart{"6.4.1", "alpha", true, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Hour,
		time.Since(began), 12, 8 << 30}, nil
}

func readLicense(context.Context, sdk.Period) (licensePart, error) {
	return licensePart{"8K31774250D1EA", []string{"routing"}, []string{}}, nil
}
