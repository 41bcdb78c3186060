package scene

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/observe"
)

// allows returns a function that reports whether the host allows an act: to write in the plugin's
// own folder, to listen there, and to connect to the addresses of its sources.
func (w World) allows(p profile.Profile) func(observe.Act) bool {
	ports, unix := []string{}, false
	w.visit(p, func(kind profile.SettingKind, value string) string {
		if port := portOf(kind, value); port != "" {
			ports = append(ports, port)
		}
		unix = unix || kind == profile.SettingPath || kind == profile.SettingPaths
		return value
	})
	return func(act observe.Act) bool {
		switch act.Kind {
		case observe.Write:
			return act.Object == os.DevNull || ownFolder(act.Object)
		case observe.Listen:
			return mayListen(act.Object, ports)
		case observe.Connect:
			return mayConnect(act.Object, ports, unix)
		default:
			return false
		}
	}
}

// ownFolder reports whether a path is in a plugin's folder, by the name that [frontdoor.Open] gives
// it.
func ownFolder(path string) bool {
	rest, below := strings.CutPrefix(filepath.Clean(path), filepath.Join(os.TempDir(), "ud"))
	return below && strings.Contains(rest, "/")
}

// mayListen allows the plugin's own socket. It also allows a UDP socket on any free port if a
// source has an address, because some UDP clients bind one before they ask.
func mayListen(listener string, ports []string) bool {
	network, address, _ := strings.Cut(listener, " ")
	_, port, _ := net.SplitHostPort(address)
	return network == "unix" && ownFolder(address) || network == "udp" && port == "0" && len(ports) > 0
}

// system lists the addresses by which C libraries query the name service, and the kernel for
// addresses and routes.
var system = []string{"netlink route", "unix /run/nscd/socket", "unix /var/run/nscd/socket"}

// mayConnect allows the ports of the sources, the port of name servers, and the discard port:
// resolvers connect to it without sending, in order to see which local address they would use.
func mayConnect(peer string, ports []string, unix bool) bool {
	network, address, _ := strings.Cut(peer, " ")
	switch {
	case slices.Contains(system, peer):
		return true
	case network == "unix":
		return unix || ownFolder(address)
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	return slices.Contains(ports, port) || len(ports) > 0 && (port == "53" || network == "udp" && port == "9")
}

func portOf(kind profile.SettingKind, value string) string {
	switch kind {
	case profile.SettingURL:
		u, err := url.Parse(value)
		if err != nil {
			return ""
		}
		if u.Port() == "" {
			return "443"
		}
		return u.Port()
	case profile.SettingAddress:
		_, port, err := net.SplitHostPort(value)
		if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
			return ""
		}
		return port
	}
	return ""
}
