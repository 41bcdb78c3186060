// Package postgres reads the product's own database: what a PostgreSQL server tells of itself (Statistics), and the
// views that a product fills for this service (Row, Hour, List, Counts). Where no server is configured, the size of a
// folder on disk is all there is; where neither is, Statistics says so and is no error.
//
// The product must not notice (SEND-5). There is at most one connection, made at the first question and ended when
// there are no more; all questions wait for their turn. A transaction is read-only, a statement has five seconds, waits
// one second for a lock, and sends no more rows and bytes than the bounds below. Nothing is prepared, and no statement
// writes. These limits go with each question, in one message: they hold behind PgBouncer in each of its pool modes, and
// whatever is set for the role. While there are too many connections, a new one is tried again for some seconds. What a
// cycle asks, where c is the number of columns in the schema usage_data:
//
//	Statistics           1 query, 1 row; the server looks at each file of the database once for its size
//	the contract         1 query, c rows of the catalog, once for all views
//	Row, Hour            1 query, at most 2 rows, and what the product's view costs
//	List, Counts         1 query, at most one row more than asked for, and what the view costs
//
// Where the server fails on a question, each of its columns costs one query more, and the rest of them another one.
//
// A role for it needs no more than this, and [Statistics] does not even need the last two lines:
//
//	CREATE ROLE usagedata LOGIN PASSWORD '…' CONNECTION LIMIT 2;
//	ALTER ROLE usagedata SET default_transaction_read_only = on;
//	GRANT pg_read_all_stats TO usagedata; -- without it connections and the oldest transaction are not known
//	GRANT USAGE ON SCHEMA usage_data TO usagedata;
//	GRANT SELECT ON ALL TABLES IN SCHEMA usage_data TO usagedata;
//
// A server in recovery that admits readers is a standby: Statistics tells that and its own figures. Its copy of the
// product's views is of an unknown age, and the server that it follows reports them, so that they are not read. One
// that admits nobody yet ends with a reason like any other failure.
//
// The views are a contract between this service and the product's team: their names and columns are
// ours, so that the log may name what is missing. What is not in the contract is never selected. A
// view that is missing costs the categories that are read from it, a column that is missing or of
// another type costs its field, and so does a value that is odd (infinity, a number out of range,
// what is no text), or on which the server fails. Only views are read, plain or materialized: a
// table would be the product's inside, and a foreign table a question to somebody else.
//
// Nothing of the environment counts: no PG variable, password file or service file. An error says what was read and a
// reason of the closed list; what the server says holds names and values, and only its five characters of SQLSTATE
// reach the log. PostgreSQL 10 and newer are understood.
package postgres

import "time"

// Source is the name under which the database is configured.
const Source = "database"

// schema is where the product's views are.
const schema = "usage_data"

// Bounds on what reading may cost the product.
const (
	connectTimeout   = 5 * time.Second // for the connection, log-in included
	statementTimeout = 5 * time.Second // kept by the server
	lockTimeout      = time.Second     // kept by the server
	maxQueries       = 100             // from one Open
	maxBroken        = 3               // connections, after which no other is made
	idleLimit        = time.Second / 2 // after which a connection is ended
	maxRows          = 1000            // of one answer, whatever List asks for
	maxText          = 300             // characters of a text; a longer one is not known
	maxArray         = 256             // elements of an array
	maxMessage       = 1 << 20         // bytes of a row
	maxAnswer        = 8 << 20         // bytes of an answer
	maxColumns       = 4000            // of the schema
	patience         = 2 * time.Second // beyond the server's own limit
)

// waits are between attempts to connect while there are too many connections: together longer than a statement that a
// killed process left may run.
func waits() []time.Duration {
	return []time.Duration{time.Second / 4, time.Second / 2, time.Second, 2 * time.Second, 2 * time.Second}
}
