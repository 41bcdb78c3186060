package scene

import (
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/planting"
)

// rename replaces the names in the product's own files, and in the answers of its sources, by
// planted ones.
func rename(s *stagedWorld) error {
	r := s.recording
	r.Renamed = planting.New(s.scenes.Product.Profile, Categories(s.scenes.Of(Good).Collect))
	trust, err := s.trust()
	if err != nil {
		return err
	}
	certificate := filepath.Join(s.dir, "relay.pem")
	problems := []error{os.WriteFile(certificate, trust.PEM, 0o600), s.copyRoot(s.renameFile)}
	// a source without a setting for its authorities is verified by those of the system
	s.env = []string{"SSL_CERT_FILE=" + certificate, "NODE_EXTRA_CA_CERTS=" + certificate,
		"REQUESTS_CA_BUNDLE=" + certificate}
	s.visit(func(kind profile.SettingKind, value string) string {
		var err error
		switch kind {
		case profile.SettingURL, profile.SettingAddress:
			value, err = s.relay(kind, value, trust)
		case profile.SettingCA:
			value = certificate
		case profile.SettingFile:
			value, err = s.damageFile(value, damageKind{file: (*stagedWorld).renameFile})
		}
		problems = append(problems, err)
		return value
	})
	return errors.Join(problems...)
}

// kernelFiles are the folders of files that hold no names besides those that [plant] replaces.
var kernelFiles = []string{"/proc/", "/sys/"}

func (s *stagedWorld) renameFile(path string, was []byte) ([]byte, bool) {
	if slices.ContainsFunc(kernelFiles, func(folder string) bool { return strings.HasPrefix(path, folder) }) {
		return was, true
	}
	return s.recording.Renamed.Text(planting.At("file "+path, path), was), true
}

// trust returns the TLS for all sources: texts in the settings may be names in certificates.
func (s *stagedWorld) trust() (planting.Trust, error) {
	var names []string
	var authorities []byte
	var problems []error
	s.recording.World.visit(s.scenes.Product.Profile, func(kind profile.SettingKind, value string) string {
		switch kind {
		case profile.SettingURL, profile.SettingAddress:
			names = append(names, target(kind, value).Hostname())
		case profile.SettingText:
			names = append(names, value)
		case profile.SettingCA:
			text, err := os.ReadFile(value)
			authorities, problems = slices.Concat(authorities, []byte{'\n'}, text), append(problems, err)
		}
		return value
	})
	if err := errors.Join(problems...); err != nil {
		return planting.Trust{}, errors.New("a file of certificates cannot be read")
	}
	return planting.NewTrust(slices.DeleteFunc(names, func(name string) bool {
		return !hostName.MatchString(name) && net.ParseIP(name) == nil
	}), authorities)
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$`)

// target returns the scheme, host and port of a source. An address has no scheme.
func target(kind profile.SettingKind, value string) *url.URL {
	if kind == profile.SettingAddress {
		return &url.URL{Host: value}
	}
	u, err := url.Parse(value)
	if err != nil {
		return &url.URL{}
	}
	at := &url.URL{Host: u.Host}
	if u.Scheme == "https" || u.Scheme == "http" {
		at.Scheme = u.Scheme
	}
	return at
}

// relay returns the address of a relay to the source at the address.
func (s *stagedWorld) relay(kind profile.SettingKind, value string, trust planting.Trust) (string, error) {
	started, err := listen()
	if err != nil {
		return "", err
	}
	to := target(kind, value)
	s.relays = append(s.relays, s.recording.Renamed.Relay(planting.Source{Name: s.scenes.World.sourceOf(value), URL: to,
		Trust: trust}, started.tcp, started.udp))
	return moved(kind, value, started.tcp.Addr().String())
}
