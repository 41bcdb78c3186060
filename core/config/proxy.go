package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/usage"
)

// Proxy is an HTTP proxy that connects the host with the collection point (CONNECT). The host
// ignores the proxy variables of its environment.
type Proxy struct {
	// http://HOST:PORT. TLS to the proxy itself is not offered: the traffic is TLS from end to end
	// already, and a second handshake would use up bytes of the hour.
	URL string `yaml:"url"`
	// File of one line USER:PASSWORD for basic authentication, mode 0640 or tighter; read for each
	// upload.
	Credentials string `yaml:"credentials"`
	// If the collection point is one of these, it is reached without the proxy: a name and all
	// names below it, .NAME for those below it only, an address, or a network such as 10.0.0.0/8.
	NoProxy []string `yaml:"no_proxy"`
}

func (s *Settings) checkProxy(note func(path string, err error)) {
	if s.Proxy.URL == "" {
		if s.Proxy.Credentials != "" || len(s.Proxy.NoProxy) > 0 {
			note("$.proxy", errors.New("proxy.url is missing"))
		}
		return
	}
	note("$.proxy.url", s.Proxy.check())
	for i, entry := range s.Proxy.NoProxy {
		note(fmt.Sprintf("$.proxy.no_proxy[%d]", i), checkNoProxy(entry))
	}
	if s.Proxy.Credentials != "" {
		_, err := s.ProxyCredentials()
		note("$.proxy.credentials", err)
	}
}

func (p Proxy) check() error {
	u, err := url.Parse(p.URL)
	switch {
	case err != nil: // the error's text would repeat the URL, which may hold a password
		return errors.New("proxy.url must be http://HOST:PORT")
	case u.User != nil:
		return usage.WithHint(errors.New("proxy.url must not contain a user or a password"),
			"write them into a file, as one line USER:PASSWORD, and give the file as proxy.credentials")
	case u.Scheme == "https":
		return usage.WithHint(errors.New("proxy.url must be http://HOST:PORT: TLS to the proxy itself is not "+
			"supported"),
			"give the proxy's port without TLS: the service uses TLS through the proxy, to the collection point")
	case u.Scheme != "http" || !isAddress(u.Host) || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" ||
		u.Fragment != "":
		return errors.New("proxy.url must be http://HOST:PORT")
	}
	return nil
}

// ProxyAddress returns HOST:PORT of the proxy to the collection point. It is empty if the
// connection is direct.
func (s *Settings) ProxyAddress() string {
	u, err := url.Parse(s.Proxy.URL)
	if s.Proxy.URL == "" || err != nil || s.Proxy.skips(s.Installed.Profile.CollectionPoint.Host) {
		return ""
	}
	return u.Host
}

// skips reports whether the host is reached without the proxy. It looks up no name.
func (p Proxy) skips(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	address, err := netip.ParseAddr(host)
	for _, entry := range p.NoProxy {
		entry = strings.ToLower(strings.TrimSuffix(entry, "."))
		if err != nil && (host == entry || strings.HasSuffix(host, "."+strings.TrimPrefix(entry, "."))) {
			return true
		}
		if err == nil && within(entry, address) {
			return true
		}
	}
	return false
}

func within(entry string, address netip.Addr) bool {
	if network, err := netip.ParsePrefix(entry); err == nil {
		return network.Contains(address.Unmap())
	}
	one, err := netip.ParseAddr(entry)
	return err == nil && one.Unmap() == address.Unmap()
}

func checkNoProxy(entry string) error {
	if _, err := netip.ParsePrefix(entry); err == nil {
		return nil
	}
	if strings.Trim(entry, ".") == "" || strings.ContainsAny(entry, "*/ ,") || strings.Contains(entry, ":") &&
		net.ParseIP(entry) == nil {
		return errors.New("proxy.no_proxy must list names, .NAME, addresses and networks, without ports and without *")
	}
	return nil
}

// maxCredentials bounds the bytes that are sent to the proxy with each upload.
const maxCredentials = 1 << 10

// ProxyCredentials reads USER:PASSWORD from the file. It must be called only if a file is
// configured.
func (s *Settings) ProxyCredentials() (string, error) {
	if err := checkSecret(s.Proxy.Credentials); err != nil {
		return "", inKey("proxy.credentials", err)
	}
	text, err := readFile(s.Proxy.Credentials, maxCredentials+maxPEM)
	if err != nil {
		return "", inKey("proxy.credentials", err)
	}
	line, sole := plaintext.SoleLine(text)
	user, _, found := strings.Cut(line, ":")
	if !sole || !found || user == "" || len(line) > maxCredentials ||
		strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "", usage.WithHint(errors.New("proxy.credentials: the file must contain one line USER:PASSWORD"),
			"USER cannot contain a colon")
	}
	return line, nil
}
