// Package views reads what the contracts of several products have in common: usage_data.sql, the
// views of its database that a product's team fills for this service.
package views

import (
	"context"
	"time"

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

// Feature is a licensed feature: what the rows of the view license_features have in all products.
type Feature struct {
	Name      string `column:"name" usage:"name"`
	Counted   *bool  `column:"counted" usage:"counted"`
	Count     *int64 `column:"count" usage:"count"`
	Perpetual *bool  `column:"perpetual" usage:"perpetual"`
}

// Borrowed is a licensed feature of a product that borrows it from its license server: the Platform
// API documents the two times of a feature as the window of that, and not as the license's term.
type Borrowed struct {
	Feature
	BorrowStart time.Time `column:"borrow_start" usage:"borrow_start"`
	BorrowEnd   time.Time `column:"borrow_end" usage:"borrow_end"`
}

const features = "license_features"

// FeatureShape is the view of the features as the product has them, for a contract.
func FeatureShape[T any]() postgres.Shape { return postgres.ViewOf[T](features) }

// Features reads the licensed features.
func Features[T any](ctx context.Context, db *postgres.Server) ([]T, error) {
	return postgres.List[T](ctx, db, features, maxFeatures)
}
