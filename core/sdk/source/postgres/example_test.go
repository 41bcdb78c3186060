package postgres_test

import (
	"context"
	"fmt"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

var ctx = context.Background()

type users struct {
	Local      *int64 `column:"local" usage:"users_local"`
	Enterprise *int64 `column:"enterprise" usage:"users_enterprise"`
}

type license struct {
	Name  string   `column:"name" usage:"name"`
	Until sdk.Date `column:"until" usage:"until"`
}

// A category is the row of a view. In a plugin the host provides the [sdk.Env].
func ExampleRow() {
	db := postgres.Open(postgres.Product("CREATE VIEW users AS SELECT 12::bigint AS local, NULL::bigint AS enterprise"))
	defer db.Close()
	read, err := postgres.Row[users](ctx, db, "users")
	fmt.Println(*read.Local, read.Enterprise, err)
	// Output: 12 <nil> <nil>
}

func ExampleList() {
	db := postgres.Open(postgres.Product(
		"CREATE VIEW licenses AS SELECT 'Gold'::text AS name, '2027-03-31'::date AS until"))
	defer db.Close()
	read, err := postgres.List[license](ctx, db, "licenses", 16)
	fmt.Println(read, err)
	// Output: [{Gold 2027-03-31}] <nil>
}

func ExampleCounts() {
	db := postgres.Open(postgres.Product("CREATE VIEW calls (key, number) AS VALUES ('h323', 7::bigint), ('sip', 12)"))
	defer db.Close()
	read, err := postgres.Counts(ctx, db, "calls")
	fmt.Println(read, err)
	// Output: map[h323:7 sip:12] <nil>
}

// The product writes a row for each UTC hour. The row of the period is read.
func ExampleHour() {
	db := postgres.Open(postgres.Product(`CREATE VIEW users_hourly (hour, local, enterprise) AS VALUES
		('2026-03-01 13:00Z'::timestamptz, 12::bigint, 30::bigint), ('2026-03-01 14:00Z', 14, 30)`))
	defer db.Close()
	start := time.Date(2026, time.March, 1, 13, 0, 0, 0, time.UTC)
	read, err := postgres.Hour[users](ctx, db, "users_hourly", sdk.Period{Start: start, End: start.Add(time.Hour)})
	fmt.Println(*read.Local, *read.Enterprise, err)
	// Output: 12 30 <nil>
}

// A shape lists the columns that a struct needs of a view. If a column is missing, its field is
// missing, and the log names the column.
func ExampleShape() {
	db := postgres.Open(postgres.Product("CREATE VIEW users AS SELECT 12::bigint AS local"))
	defer db.Close()
	fmt.Println(postgres.Contract(ctx, db, postgres.ViewOf[users]("users")))
	// Output: usage_data.users has no column enterprise: not available on this release of the product
}

// [postgres.Open] does not connect. All queries share one connection.
func ExampleServer() {
	db := postgres.Open(postgres.Product("CREATE VIEW users AS SELECT 12::bigint AS local, 30::bigint AS enterprise"))
	defer db.Close()
	fmt.Println(db.Cost().Connections)
	_, err := postgres.Row[users](ctx, db, "users")
	fmt.Println(db.Cost().Connections, err)
	// Output:
	// 0
	// 1 <nil>
}

// The complete contract is compared at once, before the first view is read. The log says how the
// product's team has to correct it.
func ExampleContract() {
	db := postgres.Open(postgres.Product("CREATE VIEW users AS SELECT 12::bigint AS local, 30::bigint AS enterprise"))
	defer db.Close()
	fmt.Println(postgres.Contract(ctx, db, postgres.ViewOf[users]("users")))
	err := postgres.Contract(ctx, db, postgres.ViewOf[users]("users"), postgres.HourlyOf[users]("users_hourly"))
	fmt.Println(err)
	// Output:
	// <nil>
	// usage_data.users_hourly is missing: not available on this release of the product
}

// If no database is configured, that is known, and is not an error.
func ExampleServer_Statistics() {
	db := postgres.Open(postgres.Product(""))
	defer db.Close()
	read, err := db.Statistics(ctx)
	fmt.Println(read.Configured, read.Engine, *read.InRecovery, *read.SizeBytes > 0, err)
	none := postgres.Open(sdk.Env{})
	read, err = none.Statistics(ctx)
	fmt.Println("source", postgres.Source, read.Configured, err)
	// Output:
	// true postgresql false true <nil>
	// source database false <nil>
}
