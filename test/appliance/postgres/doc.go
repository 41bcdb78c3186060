// Package postgres runs a real PostgreSQL server for tests and the demo: a temporary cluster in a
// temporary folder, on a free loopback port and on a unix socket. It is the unchanged server of the
// distribution's package. Only its contents are simulated: a database, roles and people
// with names that must not leak.
//
// PostgreSQL refuses to run as root. If root runs the tests, the server runs as the package's user
// postgres, and otherwise as the user that runs the tests. It is killed when the process that
// started it exits.
package postgres

import (
	"crypto/tls"
	"os"
	"sync"

	"polycom.com/usagedata/test/privateca"
)

// Config describes the server to start. The zero value is a server without TLS.
type Config struct {
	CA          *privateca.CA    // not nil: over TCP, TLS only
	Hosts       []string         // names in the certificate; none: 127.0.0.1, ::1, localhost
	Certificate *tls.Certificate // nil: issued by CA for Hosts
}

// Cluster is a running server. Call Close when it is no longer needed.
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
	dir      string // the folder of all its files
	process  *process
	close    sync.Once
}

// Log returns the server's log. It may hold everything that must not appear elsewhere.
func (c *Cluster) Log() string {
	text, _ := os.ReadFile(c.path("log")) // an unreadable log is empty
	return string(text)
}

// Close stops the server with all of its processes, and removes its files.
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

// Version returns the version that the server reports.
func (c *Cluster) Version() string { return c.version }
