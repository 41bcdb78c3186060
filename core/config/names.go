package config

import (
	"cmp"
	"iter"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
)

// Names yields the customer's names in the configuration: hosts, addresses and accounts of sources,
// the proxy, a collection point that is not the vendor's, the slot's text, and the subjects of
// certificates. Files are read each time. A file that cannot be read adds no names; its reader
// reports the error.
func (s *Settings) Names() iter.Seq2[kind.Kind, string] {
	return func(yield func(kind.Kind, string) bool) {
		var n names
		s.collectNames(&n)
		for _, name := range n {
			if !yield(name.kind, name.text) {
				return
			}
		}
	}
}

// names is the list while it is collected.
type names []name

type name struct {
	kind kind.Kind
	text string
}

func (n *names) add(k kind.Kind, text string) {
	if text = strings.TrimSpace(text); text != "" {
		*n = append(*n, name{k, text})
	}
}

func (s *Settings) collectNames(n *names) {
	point, proxy := s.Config.CollectionPoint, s.Proxy
	if !s.ofVendor(point.Host) {
		n.add(kind.Hostname, point.Host)
	}
	n.url(proxy.URL)
	for _, entry := range proxy.NoProxy {
		if _, err := netip.ParsePrefix(entry); err != nil { // a network is not a machine
			n.add(kind.Hostname, strings.TrimPrefix(entry, "."))
		}
	}
	n.add(kind.Name, s.Slot)
	n.certificates(point.Certificate)
	n.certificates(point.CA)
	for account := range accounts(proxy.Credentials) {
		n.add(kind.User, account)
	}
	s.eachSetting(n.setting)
}

// ofVendor reports whether host is in the same domain as the collection point of the profile.
func (s *Settings) ofVendor(host string) bool {
	shipped := strings.ToLower(cmp.Or(s.shipped, s.Installed.Profile.CollectionPoint.Host))
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	_, domain, _ := strings.Cut(shipped, ".")
	return host == shipped || strings.Contains(domain, ".") && strings.HasSuffix(host, "."+domain)
}

// eachSetting calls do with each text of the sources' settings.
func (s *Settings) eachSetting(do func(k profile.SettingKind, key, text string)) {
	for source, settings := range s.Sources {
		declared, _ := s.Installed.Profile.Source(source)
		for key, value := range settings {
			if text, ok := value.(string); ok {
				setting, _ := declared.Setting(key)
				do(cmp.Or(setting.Kind, likelyKind(text)), key, text)
			}
		}
	}
}

// likelyKind returns the likely kind of a setting of a product that cannot be used. Its names must
// be known even then, because the log archive may be needed for it.
func likelyKind(text string) profile.SettingKind {
	switch {
	case strings.Contains(text, "://"):
		return profile.SettingURL
	case isAddress(text):
		return profile.SettingAddress
	case isPath(text) && checkSecret(text) == nil:
		return profile.SettingSecret
	default:
		return profile.SettingText
	}
}

// texts are the settings of kind text that hold a name, as the profiles call them. The others are
// versions, algorithms and the like.
var texts = map[string]kind.Kind{
	"user": kind.User, "username": kind.User, "account": kind.User, "bind_dn": kind.User, "server_name": kind.Hostname,
	"host": kind.Hostname, "server": kind.Hostname, "domain": kind.Hostname, "realm": kind.Hostname,
	"tenant": kind.Name,
}

func (n *names) setting(k profile.SettingKind, key, text string) {
	switch k {
	case profile.SettingURL:
		n.url(text)
	case profile.SettingAddress:
		if host, _, err := net.SplitHostPort(text); err == nil {
			n.add(kind.Hostname, host)
		}
	case profile.SettingCA:
		n.certificates(text)
	case profile.SettingSecret:
		for account := range accounts(text) {
			n.add(kind.User, account)
		}
	case profile.SettingText:
		if named, ok := texts[key]; ok {
			n.add(named, text)
		}
	}
}

func (n *names) url(text string) {
	if u, err := url.Parse(text); err == nil {
		n.add(kind.Hostname, u.Hostname())
	}
}
