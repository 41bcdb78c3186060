package processes

import (
	"net"
	"strings"
)

// listener is a socket of either kind.
type listener struct {
	port  int
	close func() error
}

func (p *Processes) listen(at Address) error {
	if strings.HasPrefix(at.Network, "udp") {
		packets, err := net.ListenPacket(at.Network, at.Address)
		if err != nil {
			return err
		}
		p.listeners = append(p.listeners, listener{packets.LocalAddr().(*net.UDPAddr).Port, packets.Close})
		return nil
	}
	connections, err := net.Listen(at.Network, at.Address)
	if err != nil {
		return err
	}
	p.listeners = append(p.listeners, listener{connections.Addr().(*net.TCPAddr).Port, connections.Close})
	return nil
}

// Port is that of the listener in that place of Config.Listen.
func (p *Processes) Port(i int) int64 { return int64(p.listeners[i].port) }
