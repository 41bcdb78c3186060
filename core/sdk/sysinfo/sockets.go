package sysinfo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/usage"
)

// Listeners holds the ports on which some process of this machine listens. It does not keep
// addresses.
type Listeners struct{ tcp, udp map[uint16]bool }

// TCP reports whether some process listens for TCP on the port.
func (l Listeners) TCP(port int64) bool { return l.on(l.tcp, port) }

// UDP reports whether some process receives UDP from any sender on the port.
func (l Listeners) UDP(port int64) bool { return l.on(l.udp, port) }

func (l Listeners) on(ports map[uint16]bool, port int64) bool {
	return port > 0 && port < 1<<16 && ports[uint16(port)]
}

// The states of a socket that waits for any peer, as the kernel's tables write them.
const (
	tcpListen = "0A"
	udpOpen   = "07"
)

// Listening reads the [Listeners] from the kernel's tables of IPv4 and IPv6 sockets in the plugin's
// own network namespace. It reads only the tables: finding the owner of a socket would require
// looking into every process.
func Listening(ctx context.Context, env sdk.Env) (Listeners, error) {
	m := machine{env}
	l := Listeners{map[uint16]bool{}, map[uint16]bool{}}
	for _, table := range []struct {
		path, state string
		ports       map[uint16]bool
	}{
		{"proc/net/tcp", tcpListen, l.tcp}, {"proc/net/tcp6", tcpListen, l.tcp},
		{"proc/net/udp", udpOpen, l.udp}, {"proc/net/udp6", udpOpen, l.udp},
	} {
		err := m.sockets(ctx, table.path, table.state, table.ports)
		if errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(table.path, "6") {
			continue // the kernel has no IPv6
		}
		if err != nil {
			return Listeners{}, fmt.Errorf("read the table of sockets: %w", err)
		}
	}
	return l, nil
}

func (m machine) sockets(ctx context.Context, path, state string, ports map[uint16]bool) error {
	f, err := m.env.Root.Open(path)
	if err != nil {
		return usage.Cause(err)
	}
	defer f.Close()
	return parseSockets(ctx, f, state, ports)
}

// parseSockets adds the local ports of the sockets that have the given state and no remote end.
func parseSockets(ctx context.Context, table io.Reader, state string, ports map[uint16]bool) error {
	lines := bufio.NewScanner(table)
	if !lines.Scan() || !strings.Contains(lines.Text(), "local_address") {
		return sdk.NotAvailable(sdk.Malformed)
	}
	for lines.Scan() {
		if err := ctx.Err(); err != nil {
			return err
		}
		columns := strings.Fields(lines.Text())
		if len(columns) < 4 {
			return sdk.NotAvailable(sdk.Malformed)
		}
		local, remote := socketPort(columns[1]), socketPort(columns[2])
		if local < 0 || remote < 0 || len(columns[3]) != 2 {
			return sdk.NotAvailable(sdk.Malformed)
		}
		if columns[3] == state && remote == 0 && local > 0 {
			ports[uint16(local)] = true
		}
	}
	if lines.Err() != nil {
		return sdk.NotAvailable(sdk.Malformed)
	}
	return nil
}

// socketPort returns the port of an address such as "0100007F:13C4", or -1 if the text is
// malformed.
func socketPort(text string) int {
	address, port, ok := strings.Cut(text, ":")
	number, err := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || len(address) != 8 && len(address) != 32 {
		return -1
	}
	return int(number)
}
