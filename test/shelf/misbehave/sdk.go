package misbehave

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/test/shelf"
)

// part is a category of the shelf's profile, as an author writes it.
type part struct {
	Users int64    `usage:"users"`
	Host  string   `usage:"host"`
	Load  *float64 `usage:"load"`
	Calls []int64  `usage:"calls"`
}

// sdkPlugins are written with the SDK, as an author's would be.
func sdkPlugins() map[string]life {
	return map[string]life{
		"panicsopen": func() {
			sdk.Main(shelf.Profile(name()), func(sdk.Env) ([]sdk.Category, error) { panic(shelf.Name) })
		},
		"panicscollector": withSecond(func(context.Context, sdk.Period) (part, error) { panic(shelf.Name) }),
		"latecollector":   withSecond(func(context.Context, sdk.Period) (part, error) { forever(); return part{}, nil }),
	}
}

func withSecond(second func(context.Context, sdk.Period) (part, error)) life {
	return func() {
		sdk.Main(shelf.Profile(name()), func(sdk.Env) ([]sdk.Category, error) {
			return []sdk.Category{sdk.Collect("first", first), sdk.Collect("second", second)}, nil
		})
	}
}

func first(context.Context, sdk.Period) (part, error) {
	load := 12.5
	return part{Users: 12, Host: shelf.Name, Load: &load, Calls: []int64{3, 4}}, nil
}
