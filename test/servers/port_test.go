package servers_test

import (
	"net"
	"strconv"
	"testing"

	"polycom.com/usagedata/test/servers"
)

// The port is nobody else's: not of one that takes any, also before the server listens and after. The server listens on
// it as often as it likes.
func TestPortIsOurs(t *testing.T) {
	own := servers.Port(t)
	for range 2 {
		// More than there are ports left to give, if the kernel went through them one after the other.
		for range 40_000 {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if l.Addr().(*net.TCPAddr).Port == own {
				t.Fatal("the kernel gave the port to another one")
			}
			l.Close()
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(own))
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
}
