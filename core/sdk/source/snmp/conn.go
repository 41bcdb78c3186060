package snmp

import (
	"bytes"
	"net"
)

// conn counts and limits the datagrams at the socket, including the library's retries, and records
// answers that the library drops.
type conn struct {
	net.Conn
	admit func() error

	last     []byte // the last datagram that was received
	received bool   // whether a datagram was received
	refused  bool   // whether the last one refuses the login
}

func (c *conn) Write(datagram []byte) (int, error) {
	if err := c.admit(); err != nil {
		return 0, err
	}
	c.refused = false
	return c.Conn.Write(datagram)
}

func (c *conn) Read(into []byte) (int, error) {
	n, err := c.Conn.Read(into)
	if n > 0 {
		c.received, c.refused = true, isRefusal(into[:n])
		nullInvalid(into[:n])
		c.last = bytes.Clone(into[:n])
	}
	return n, err
}

// refusals are the numbers of usmStatsUnsupportedSecLevels, -UnknownUserNames, -WrongDigests and
// -DecryptionErrors of RFC 3414.
var refusals = []byte{1, 3, 5, 6}

// isRefusal reports whether a datagram is a report by which a version 3 agent refuses a login. Such
// reports cannot be authenticated, so the library drops them and only returns an error about
// authentication. They are not encrypted, so they can be recognized by their encoded OID,
// 1.3.6.1.6.3.15.1.1.N.0. An attacker who forges one only causes this reason to be reported.
func isRefusal(datagram []byte) bool {
	for _, number := range refusals {
		if bytes.Contains(datagram, []byte{6, 10, 0x2b, 6, 1, 6, 3, 15, 1, 1, number, 0}) {
			return true
		}
	}
	return false
}
