package viewcontract

import (
	"fmt"
	"testing"
)

// Canary is what a column holds that a view has beside the contract's.
const Canary = "Wilhelmina Ashgrove"

// trap is a function that fails whoever calls it, with a name in its words.
const trap = `CREATE OR REPLACE FUNCTION product.trap() RETURNS text STABLE LANGUAGE plpgsql AS $$ BEGIN RAISE '` +
	Canary + `'; END $$`

// Widen adds columns to a view that are not in the contract: one that tells a person's name, and one that fails whoever
// reads it.
func (d *Database) Widen(t testing.TB, view string) {
	t.Helper()
	d.Exec(t, trap)
	d.replace(t, view, "kept.*, '"+Canary+"'::text AS administrator, product.trap() AS administrator_email FROM")
}

// Fail makes a view fail.
func (d *Database) Fail(t testing.TB, view string) {
	t.Helper()
	d.Exec(t, trap)
	d.replace(t, view, "kept.* FROM (SELECT WHERE product.trap() IS NULL) AS trap,")
}

// Slow makes a view take longer than it may.
func (d *Database) Slow(t testing.TB, view string) {
	t.Helper()
	d.replace(t, view, "kept.* FROM (SELECT pg_sleep(30) OFFSET 0) AS nap,")
}

// Twice makes a view have each of its rows twice.
func (d *Database) Twice(t testing.TB, view string) {
	t.Helper()
	d.replace(t, view, "kept.* FROM generate_series(1, 2),")
}

// None leaves a view without a row.
func (d *Database) None(t testing.TB, view string) {
	t.Helper()
	d.Exec(t, "CREATE VIEW product.none AS SELECT WHERE false")
	d.replace(t, view, "kept.* FROM product.none,")
}

// replace puts a view in the place of one that selects from it; selected may bring a FROM of its own, which goes on.
func (d *Database) replace(t testing.TB, view, selected string) {
	t.Helper()
	d.Exec(t, fmt.Sprintf(`ALTER VIEW usage_data.%[1]s SET SCHEMA product; CREATE VIEW usage_data.%[1]s AS SELECT %[2]s product.%[1]s AS kept;
		GRANT SELECT ON usage_data.%[1]s TO usage_data_reader`, view, selected))
}
