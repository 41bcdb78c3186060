// Package postgres reads the product's own database: statistics of the PostgreSQL server
// ([Server.Statistics]), and the views that a product fills for this service ([Row], [Hour],
// [List], [Counts]). If no server is configured, only the size of a directory on disk is known. If
// no directory is configured either, [Server.Statistics] reports that without an error.
//
// The product must not notice (SEND-5). There is at most one connection. It is opened for the first
// query and closed when no more queries come; queries wait for their turn. A transaction is
// read-only. A statement may take five seconds, waits one second for a lock, and returns no more
// rows and bytes than the limits below. Nothing is prepared, and no statement writes. Each query
// sends these limits in the same message, so they also hold behind PgBouncer in any pool mode, and
// override the settings of the role. If the server has too many connections, connecting is retried
// for some seconds. The cost of a cycle, where c is the number of columns in the schema usage_data:
//
//	Statistics           1 query, 1 row; the server stats each file of the database once for its size
//	the contract         1 query, c rows of the catalog, once for all views
//	Row, Hour            1 query, at most 2 rows, and the cost of the product's view
//	List, Counts         1 query, at most one row more than requested, and the cost of the view
//
// If the server fails on a query, each of its columns needs one more query, and the remaining
// columns together another one.
//
// The role needs only these privileges, and for [Server.Statistics] not even the last two lines:
//
//	CREATE ROLE usagedata LOGIN PASSWORD '…' CONNECTION LIMIT 2;
//	ALTER ROLE usagedata SET default_transaction_read_only = on;
//	GRANT pg_read_all_stats TO usagedata; -- without it connections and the oldest transaction are not known
//	GRANT USAGE ON SCHEMA usage_data TO usagedata;
//	GRANT SELECT ON ALL TABLES IN SCHEMA usage_data TO usagedata;
//
// A server in recovery that accepts read-only connections is a standby. [Server.Statistics] reports
// that, and the standby's own figures. The views are not read from a standby: its copy is of
// unknown age, and the primary server reports them. A server that does not accept connections yet
// is an error with a reason, like any other failure.
//
// The views are a contract between this service and the product's team. Their names and columns are
// ours, so the log may name a missing one. Columns that are not in the contract are never selected.
// If a view is missing, the categories that are read from it are missing. If a column is missing or
// has another type, its field is missing; so it is if a value is invalid (infinity, a number out of
// range, invalid text), or if the server fails on it. Only views are read, plain or materialized: a
// table is an internal of the product, and a foreign table would query another server.
//
// The environment has no influence: no PG variable, password file or service file is used. An error
// names the thing that was read and a reason from the closed list. The server's messages contain
// names and values, so only the five characters of the SQLSTATE reach the log. PostgreSQL 10 and
// newer are supported.
package postgres

import "time"

// Source is the name of the database in the administrator's settings.
const Source = "database"

// schema is the schema that contains the product's views.
const schema = "usage_data"

// The limits of the load on the product.
const (
	connectTimeout   = 5 * time.Second // for the connection, including login
	statementTimeout = 5 * time.Second // enforced by the server
	lockTimeout      = time.Second     // enforced by the server
	maxQueries       = 100             // per Open
	maxBroken        = 3               // connections, after which no other is opened
	idleLimit        = time.Second / 2 // after which a connection is closed
	maxRows          = 1000            // of one answer, even if List requests more
	maxText          = 300             // characters of a text; a longer text is not known
	maxArray         = 256             // elements of an array
	maxMessage       = 1 << 20         // bytes of a row
	maxAnswer        = 8 << 20         // bytes of an answer
	maxColumns       = 4000            // of the schema
	patience         = 2 * time.Second // beyond the server's own limit
)

// waits returns the pauses between attempts to connect while there are too many connections.
// Together they are longer than a statement of a killed process may still run.
func waits() []time.Duration {
	return []time.Duration{time.Second / 4, time.Second / 2, time.Second, 2 * time.Second, 2 * time.Second}
}
