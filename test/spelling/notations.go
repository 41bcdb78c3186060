package spelling

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// notations returns the other notations of an address or of a structured name. A plain name has none.
func notations(name string) []string {
	if address, err := netip.ParseAddr(name); err == nil {
		return ofAddress(address)
	}
	if network, err := netip.ParsePrefix(name); err == nil {
		return ofNetwork(network)
	}
	if mac, err := net.ParseMAC(name); err == nil {
		return ofMAC(mac)
	}
	if mac, err := net.ParseMAC(inPairs(name)); err == nil {
		return ofMAC(mac)
	}
	if strings.Contains(name, "=") && strings.Contains(name, ",") {
		return []string{turned(name, ",")}
	}
	if strings.Count(name, ".") > 1 && !strings.ContainsAny(name, " @:/") {
		return []string{turned(name, "."), "dc=" + strings.ReplaceAll(name, ".", ",dc=")}
	}
	return nil
}

func ofAddress(address netip.Addr) []string {
	if zone := address.Zone(); zone != "" {
		bare := address.WithZone("")
		return append(ofAddress(bare), bare.String(), bare.String()+"%25"+zone)
	}
	if !address.Is4() {
		return []string{address.StringExpanded(), strings.ReplaceAll(address.String(), ":", "-"),
			fmt.Sprintf("%x", address.AsSlice())}
	}
	raw := address.As4()
	plain := address.String()
	return []string{
		fmt.Sprint(binary.BigEndian.Uint32(raw[:])), fmt.Sprintf("%x", raw), strings.ReplaceAll(plain, ".", "-"),
		strings.ReplaceAll(plain, ".", "_"),
		turned(plain, "."),
	}
}

// ofNetwork returns the network with its mask instead of its length, as routers write it.
func ofNetwork(network netip.Prefix) []string {
	address := network.Addr()
	mask := net.IP(net.CIDRMask(network.Bits(), address.BitLen())).String()
	return []string{address.String() + "/" + mask, address.String() + " " + mask}
}

func ofMAC(mac net.HardwareAddr) []string {
	bare := fmt.Sprintf("%x", []byte(mac))
	dotted := bare[:4] + "." + bare[4:8] + "." + bare[8:]
	return []string{bare, dotted, mac.String(), strings.ReplaceAll(mac.String(), ":", "-"),
		strings.ReplaceAll(dotted, ".", "-")}
}

// inPairs puts colons into the name if it may be a bare hardware address.
func inPairs(name string) string {
	if len(name) != 12 {
		return ""
	}
	return strings.Join([]string{name[:2], name[2:4], name[4:6], name[6:8], name[8:10], name[10:]}, ":")
}

func turned(name, sign string) string {
	parts := strings.Split(name, sign)
	slices.Reverse(parts)
	return strings.Join(parts, sign)
}
