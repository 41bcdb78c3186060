// Package views reads what the contracts of several products have in common: usage_data.sql, the
// views of its database that a product's team fills for this service.
package views

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

// Of returns the database for reading the views of a contract. Before the first of them is read,
// all are compared with the contract, once, so that the log names whatever the product's team has
// to mend. The comparison's error is ignored: reading a view finds out what a difference costs.
func Of(db *postgres.Server, contract ...postgres.Shape) func(context.Context) *postgres.Server {
	compared := sdk.Share(func(ctx context.Context) (struct{}, error) {
		return struct{}{}, postgres.Contract(ctx, db, contract...)
	})
	return func(ctx context.Context) *postgres.Server {
		_, _ = compared(ctx)
		return db
	}
}

// maxFeatures is how many features the profiles approve.
const maxFeatures = 64

// Feature is a licensed feature: a row of the view license_features.
type Feature struct {
	Name           string   `column:"name" usage:"name"`
	Counted        *bool    `column:"counted" usage:"counted"`
	Count          *int64   `column:"count" usage:"count"`
	Perpetual      *bool    `column:"perpetual" usage:"perpetual"`
	StartDate      sdk.Date `column:"start_date" usage:"start_date"`
	ExpirationDate sdk.Date `column:"expiration_date" usage:"expiration_date"`
}

const features = "license_features"

// FeatureShape is the view of the features, for a contract.
func FeatureShape() postgres.Shape { return postgres.ViewOf[Feature](features) }

// Features reads the licensed features.
func Features(ctx context.Context, db *postgres.Server) ([]Feature, error) {
	return postgres.List[Feature](ctx, db, features, maxFeatures)
}
