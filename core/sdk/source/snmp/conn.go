package snmp

import (
	"bytes"
	"net"
)

// conn counts and bounds the datagrams at the socket, the library's retries included, and sees what the library drops.
type conn struct {
	net.Conn
	admit func() error

	last    []byte // what came back
	heard   bool   // something did
	refused bool   // the last thing that came back says that the login is not right
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
		c.heard, c.refused = true, isRefusal(into[:n])
		blank(into[:n])
		c.last = bytes.Clone(into[:n])
	}
	return n, err
}

// refusals are usmStatsUnsupportedSecLevels, -UnknownUserNames, -WrongDigests and -DecryptionErrors of RFC 3414.
var refusals = []byte{1, 3, 5, 6}

// isRefusal finds the reports by which an agent of version 3 refuses a login. They can't be authenticated, so that the
// library drops them and says only that what came was not authentic. They are in clear, so that they can be found by
// the OID, 1.3.6.1.6.3.15.1.1.N.0, as it is encoded. Who forges one gains nothing but this reason.
func isRefusal(datagram []byte) bool {
	for _, number := range refusals {
		if bytes.Contains(datagram, []byte{6, 10, 0x2b, 6, 1, 6, 3, 15, 1, 1, number, 0}) {
			return true
		}
	}
	return false
}
