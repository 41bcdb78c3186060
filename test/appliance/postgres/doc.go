// Package postgres runs a real PostgreSQL server for tests and the demo: a throw-away cluster in a temporary folder,
// on a free loopback port and on a unix socket. It is the server of the distribution's package, unchanged; what stands
// in for a product is what is in it: a database, roles and people with names that must not turn up anywhere.
//
// A server refuses to run as root. Where the tests do, it runs as the package's user postgres, else as whoever runs
// the tests. It dies with the process that started it.
package postgres

import (
	"crypto/tls"
	"os"
	"sync"

	"polycom.com/usagedata/test/privateca"
)

// Config says what to start. The zero value is a server without TLS.
type Config struct {
	CA          *privateca.CA    // not nil: over TCP, TLS only
	Hosts       []string         // names in the certificate; none: 127.0.0.1, ::1, localhost
	Certificate *tls.Certificate // nil: issued by CA for Hosts
}

// Cluster is a server that runs. Close it.
type Cluster struct {
	// Port on 127.0.0.1, and in the socket's name.
	Port uint16
	// Socket is the folder of the unix socket.
	Socket string

	names    names
	version  string
	ca       *privateca.CA
	programs programs
	account  account
	dir      string // all that it has
	process  *process
	close    sync.Once
}

// Log is what the server wrote into its log: it may hold all that is not to turn up elsewhere.
func (c *Cluster) Log() string {
	text, _ := os.ReadFile(c.path("log")) // what can't be read holds nothing
	return string(text)
}

// Close ends the server, with all of its processes, and removes its files.
func (c *Cluster) Close() error {
	var err error
	c.close.Do(func() {
		if c.process != nil {
			c.process.end()
		}
		err = os.RemoveAll(c.dir)
	})
	return err
}

// Version is the server's, as it tells it itself.
func (c *Cluster) Version() string { return c.version }
