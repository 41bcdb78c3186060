package postgres

import (
	"crypto/rand"
	"slices"
)

// role is a role with its password.
type role struct{ name, password string }

// names are a customer's names: none may leave the appliance or reach a log.
type names struct {
	superuser   role
	reader      role // this service
	product     role // the product itself
	peerUser    role // logs in as a system user
	database    string
	application string // the application name of the product's sessions
	people      []string
}

// newNames returns names as customers have them, with new passwords for each cluster.
func newNames() names {
	return names{
		superuser:   role{"dba_marlowe", rand.Text()},
		reader:      role{"svc-quillfeather", rand.Text()},
		product:     role{"portal_hartwell", rand.Text()},
		peerUser:    role{"nightingale-local", ""},
		database:    "stmargaret-clinic",
		application: "ward7-scheduler",
		people: []string{"Ottoline Haversham", "Zacharias Pemberwick", "haversham@stmargaret.example",
			"+44 1632 960983",
			"10.77.34.201"},
	}
}

// Identifiers lists the strings that must not appear in a value, an error or a log.
func (c *Cluster) Identifiers() []string {
	n := c.names
	all := []string{n.database, n.application, c.dir}
	for _, r := range []role{n.superuser, n.reader, n.product, n.peerUser} {
		all = append(all, r.name, r.password)
	}
	all = append(all, n.people...)
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// PeerUser returns a role that logs in over the unix socket without a password, as the system user
// that runs the tests. It may read the same as the reader.
func (c *Cluster) PeerUser() string { return c.names.peerUser.name }

// Reader returns the read-only role's name and password, as in [Cluster.Sources].
func (c *Cluster) Reader() (name, password string) {
	return c.names.reader.name, c.names.reader.password
}
