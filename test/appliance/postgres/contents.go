package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// createContents creates the roles, the database, and a customer's data in it.
func (c *Cluster) createContents() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	n := c.names
	database := quote(n.database)
	err := c.as(ctx, n.superuser, "postgres", func(conn *pgx.Conn) error {
		statements := []string{
			fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD %s", quote(n.product.name), literal(n.product.password)),
			fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD %s", quote(n.reader.name), literal(n.reader.password)),
			fmt.Sprintf("CREATE ROLE %s LOGIN", quote(n.peerUser.name)),
			fmt.Sprintf("ALTER ROLE %s SET default_transaction_read_only = on", quote(n.reader.name)),
			fmt.Sprintf("GRANT pg_read_all_stats TO %s, %s", quote(n.reader.name), quote(n.peerUser.name)),
			fmt.Sprintf("CREATE DATABASE %s OWNER %s", database, quote(n.product.name)),
		}
		for _, statement := range statements { // separately: a database can't be created within a transaction
			if _, err := conn.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	rows := make([]string, len(n.people))
	for i, person := range n.people {
		rows[i] = "(" + literal(person) + ")"
	}
	return c.Exec(ctx, "CREATE TABLE public.people (about text); INSERT INTO public.people VALUES "+
		strings.Join(rows, ", ")+
		"; ALTER TABLE public.people OWNER TO "+quote(n.product.name))
}

// Exec runs statements in the product's database as the superuser.
func (c *Cluster) Exec(ctx context.Context, sql string) error {
	return c.ExecIn(ctx, c.names.database, sql)
}

// ExecIn runs statements in another database as the superuser.
func (c *Cluster) ExecIn(ctx context.Context, database, sql string) error {
	return c.as(ctx, c.names.superuser, database, func(conn *pgx.Conn) error {
		_, err := conn.PgConn().Exec(ctx, sql).ReadAll()
		return err
	})
}

// Install fills the schema usage_data as a product does, and lets the reader read everything in it.
func (c *Cluster) Install(ctx context.Context, sql string) error {
	readers := quote(c.names.reader.name) + ", " + quote(c.names.peerUser.name)
	return c.Exec(ctx, sql+"\n;GRANT USAGE ON SCHEMA usage_data TO "+readers+
		"; GRANT SELECT ON ALL TABLES IN SCHEMA usage_data TO "+readers)
}

// Limit sets the number of connections that the read-only role may have: -1, the default, is any
// number.
func (c *Cluster) Limit(ctx context.Context, connections int) error {
	return c.Exec(ctx, fmt.Sprintf("ALTER ROLE %s CONNECTION LIMIT %d", quote(c.names.reader.name), connections))
}

// Connect opens a session as the product does. Close it.
func (c *Cluster) Connect(ctx context.Context) (*pgx.Conn, error) {
	return c.connect(ctx, c.names.product, c.names.database)
}

func (c *Cluster) as(ctx context.Context, who role, database string, do func(*pgx.Conn) error) error {
	conn, err := c.connect(ctx, who, database)
	if err != nil {
		return err
	}
	return errors.Join(do(conn), conn.Close(ctx))
}

func (c *Cluster) connect(ctx context.Context, who role, database string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(
		fmt.Sprintf("host=%s port=%d user=%s password=%s dbname=%s application_name=%s "+
			"sslmode=disable",
			c.Socket, c.Port, who.name, who.password, database, c.names.application))
	if err != nil {
		return nil, err
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	return pgx.ConnectConfig(ctx, config)
}

// refusesAll reports whether the error comes from a running server that admits no one, rather than
// from one that has not started yet.
func refusesAll(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && answer.Code == "57P03" &&
		strings.Contains(answer.Detail, "Hot standby mode is disabled")
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
