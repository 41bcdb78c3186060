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

// allows is what the host lets the plugin do: write in its own folder, listen there, and connect to where its sources
// are.
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
			return act.What == os.DevNull || ownFolder(act.What)
		case observe.Listen:
			return mayListen(act.What, ports)
		case observe.Connect:
			return mayConnect(act.What, ports, unix)
		default:
			return false
		}
	}
}

// ownFolder reports whether a path is in a plugin's folder, by the name that package frontdoor gives it.
func ownFolder(path string) bool {
	rest, below := strings.CutPrefix(filepath.Clean(path), filepath.Join(os.TempDir(), "ud"))
	return below && strings.Contains(rest, "/")
}

// mayListen allows the plugin's own socket, and a client of a source by UDP to take whatever port there is, which is
// how some ask.
func mayListen(what string, ports []string) bool {
	network, address, _ := strings.Cut(what, " ")
	_, port, _ := net.SplitHostPort(address)
	return network == "unix" && ownFolder(address) || network == "udp" && port == "0" && len(ports) > 0
}

// system are addresses by which C libraries ask the system for names, and the kernel for addresses and routes.
var system = []string{"netlink route", "unix /run/nscd/socket", "unix /var/run/nscd/socket"}

// mayConnect allows the ports of the sources, those of name servers, and the discard port, to which resolvers connect,
// and send nothing, in order to see which address they would use.
func mayConnect(what string, ports []string, unix bool) bool {
	network, address, _ := strings.Cut(what, " ")
	switch {
	case slices.Contains(system, what):
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
