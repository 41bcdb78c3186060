// Package views reads the views that the contracts of several products have in common. A contract
// is the file usage_data.sql: the views of its database that a product's team fills for this
// service.
package views

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

// Of returns a function that returns the database. Before the first view is read, the function
// compares all views with the contract once, with [postgres.Contract], so that the log names
// everything that the product's team has to fix. It ignores the error of the comparison, because
// reading a view finds out the effect of a difference.
func Of(db *postgres.Server, contract ...postgres.Shape) func(context.Context) *postgres.Server {
	compared := sdk.Share(func(ctx context.Context) (struct{}, error) {
		return struct{}{}, postgres.Contract(ctx, db, contract...)
	})
	return func(ctx context.Context) *postgres.Server {
		_, _ = compared(ctx)
		return db
	}
}

// maxFeatures is the number of features that the profiles approve.
const maxFeatures = 64

// Feature is a licensed feature, with the columns that the view license_features has in all
// products.
type Feature struct {
	Name      string `column:"name" usage:"name"`
	Counted   *bool  `column:"counted" usage:"counted"`
	Count     *int64 `column:"count" usage:"count"`
	Perpetual *bool  `column:"perpetual" usage:"perpetual"`
}

// Borrowed is a licensed feature of a product that borrows it from its license server: the Platform
// API documents the two times of a feature as the period of the loan, and not as the term of the
// license.
type Borrowed struct {
	Feature
	BorrowStart time.Time `column:"borrow_start" usage:"borrow_start"`
	BorrowEnd   time.Time `column:"borrow_end" usage:"borrow_end"`
}

const features = "license_features"

// FeatureShape returns the [postgres.Shape] of the features for a contract. T is the form that the
// product has, such as [Feature] or [Borrowed].
func FeatureShape[T any]() postgres.Shape { return postgres.ViewOf[T](features) }

// Features reads the licensed features. T is the same type as in [FeatureShape].
func Features[T any](ctx context.Context, db *postgres.Server) ([]T, error) {
	return postgres.List[T](ctx, db, features, maxFeatures)
}
