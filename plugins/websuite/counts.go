package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type counts struct {
	UsersLocal      *int64 `column:"local" usage:"users_local"`
	UsersEnterprise *int64 `column:"enterprise" usage:"users_enterprise"`
}

func (w *webSuite) counts(ctx context.Context, _ sdk.Period) (counts, error) {
	return postgres.Row[counts](ctx, w.views(ctx), "users")
}
