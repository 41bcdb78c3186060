package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type counts struct {
	Users     *int64 `usage:"users"`
	Endpoints *int64 `usage:"endpoints"`
	Sites     *int64 `usage:"sites"`
	inventory
	directoryUsers
}

type inventory struct {
	MCUs        *int64 `column:"mcus" usage:"mcus"`
	Territories *int64 `column:"territories" usage:"territories"`
}

// directoryUsers are those that the API counts together.
type directoryUsers struct {
	Local      *int64 `column:"local" usage:"users_local"`
	Enterprise *int64 `column:"enterprise" usage:"users_enterprise"`
}

func (m *manager) counts(ctx context.Context, _ sdk.Period) (c counts, err error) {
	err = together(ctx, func(ctx context.Context, lacks *lacking) {
		lacks.add(number(&c.Users)(m.users(ctx)), "users")
	}, func(ctx context.Context, lacks *lacking) {
		read, err := m.endpoints(ctx)
		lacks.add(number(&c.Endpoints)(read.total, err), "endpoints")
	}, func(ctx context.Context, lacks *lacking) {
		read, err := m.objects(ctx)
		c.Sites = read.Sites
		lacks.add(err, "sites")
	}, func(ctx context.Context, lacks *lacking) {
		var err error
		c.inventory, err = postgres.Row[inventory](ctx, m.views(ctx), "inventory")
		lacks.add(err, "mcus", "territories")
		c.directoryUsers, err = postgres.Row[directoryUsers](ctx, m.views(ctx), "users")
		lacks.add(err, "users_local", "users_enterprise")
	})
	return c, err
}
