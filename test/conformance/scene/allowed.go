package scene

import (
	"cmp"
	"net"
	"net/netip"
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
	var to peers
	w.visit(p, func(kind profile.SettingKind, value string) string {
		to.add(kind, value)
		return value
	})
	return func(act observe.Act) bool {
		switch act.Kind {
		case observe.Write:
			return act.Object == os.DevNull || ownFolder(act.Object)
		case observe.Listen:
			return mayListen(act.Object, to)
		case observe.Connect:
			return to.mayConnect(act.Object)
		default:
			return false
		}
	}
}

// peers holds the addresses of the sources.
type peers struct {
	ports map[string][]string // the IP addresses of each port; an empty one for a name, which may have any
	named bool                // whether a source has a name, for which name servers are asked
	unix  []string            // paths of sources, which may be unix sockets or folders of them
}

func (t *peers) add(kind profile.SettingKind, value string) {
	if kind == profile.SettingPath || kind == profile.SettingPaths {
		t.unix = append(t.unix, value)
	}
	host, port := addressOf(kind, value)
	if port == "" {
		return
	}
	if t.ports == nil {
		t.ports = map[string][]string{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		t.named = true
		t.ports[port] = append(t.ports[port], "")
		return
	}
	t.ports[port] = append(t.ports[port], ip.Unmap().WithZone("").String())
}

// ownFolder reports whether a path is in a plugin's folder, by the name that [frontdoor.Open] gives
// it.
func ownFolder(path string) bool {
	rest, below := strings.CutPrefix(filepath.Clean(path), filepath.Join(os.TempDir(), "ud"))
	return below && strings.Contains(rest, "/")
}

// mayListen allows the plugin's own socket. It also allows a UDP socket on any free port if a
// source has an address, because some UDP clients bind one before they ask.
func mayListen(listener string, to peers) bool {
	network, address, _ := strings.Cut(listener, " ")
	_, port, _ := net.SplitHostPort(address)
	return network == "unix" && ownFolder(address) || network == "udp" && port == "0" && len(to.ports) > 0
}

// system lists the addresses by which C libraries query the name service, and the kernel for
// addresses and routes.
var system = []string{"netlink route", "unix /run/nscd/socket", "unix /var/run/nscd/socket"}

// mayConnect allows the addresses of the sources. If one has a name, it allows any address at its
// port, the port of name servers, and the discard port: resolvers connect to it without sending, in
// order to see which local address they would use.
func (t peers) mayConnect(peer string) bool {
	network, address, _ := strings.Cut(peer, " ")
	switch {
	case slices.Contains(system, peer):
		return true
	case network == "unix":
		return ownFolder(address) || slices.ContainsFunc(t.unix, func(path string) bool {
			return within(resolved(address), resolved(path))
		})
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	port := strconv.Itoa(int(to.Port()))
	known := t.ports[port]
	return slices.Contains(known, "") || slices.Contains(known, to.Addr().Unmap().WithZone("").String()) ||
		t.named && (port == "53" || network == "udp" && port == "9")
}

// resolved returns the path without symbolic links, or as it is if there is nothing.
func resolved(path string) string {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	return filepath.Clean(path)
}

// addressOf returns the host and the port of a setting, or no port if it has none.
func addressOf(kind profile.SettingKind, value string) (host, port string) {
	switch kind {
	case profile.SettingURL:
		if u, err := url.Parse(value); err == nil {
			return u.Hostname(), cmp.Or(u.Port(), "443")
		}
	case profile.SettingAddress:
		host, port, err := net.SplitHostPort(value)
		if _, bad := strconv.ParseUint(port, 10, 16); err == nil && bad == nil {
			return host, port
		}
	}
	return "", ""
}
