// Package config reads the administrator's file, /etc/usagedata/config.yaml: which product this is,
// where its folders are, what its plugin reads, and which servers the host trusts. The struct
// [Config] is the manual: every key is documented there.
//
// Everything is checked at start, against the installed profile too, and all problems are reported
// at once.
package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"polycom.com/usagedata/core/logfile"
	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/yamlfile"
)

// DefaultPath is the path of the file on an appliance; see [Config].
const DefaultPath = "/etc/usagedata/config.yaml"

// Config is the file. Paths are absolute. A key that is not listed here is an error.
type Config struct {
	// The product of this appliance, one of `usagedata products`.
	Product string `yaml:"product"`
	// The folder in which products are installed:
	// <products>/<id>/{profile.yaml,plugin,plugin.sha256}.
	Products string `yaml:"products"` // default /usr/lib/usagedata/products

	// Public keys of minisign. One of them must have signed the product's folder. Default: it need
	// not be signed.
	VendorKeys []string `yaml:"vendor_keys"`

	Folders Folders `yaml:"folders"`
	// The path of analytics.json. Default: the profile's path, where the product's log archive
	// expects it.
	Analytics string `yaml:"analytics"`
	// A file NAME.prom in the folder of node_exporter's textfile collector, which the service's
	// user must be able to write. After each cycle it gets figures about the service, and never a
	// value of a document. Default: none.
	Metrics string `yaml:"metrics"`
	// The file system that the plugin reads. Default /.
	Root string `yaml:"root"`

	// How documents reach the collection point: `network`, or `file` for a site without a way out to
	// the network. With `file` this appliance sends nothing itself and connects to nothing: documents
	// wait for up to 45 days until `usagedata export` writes them to a file, and a receipt comes back.
	Delivery string `yaml:"delivery"` // default network
	// Overrides of the profile's collection point.
	CollectionPoint CollectionPoint `yaml:"collection_point"`
	// The proxy to the collection point, if the network requires one.
	Proxy Proxy `yaml:"proxy"`
	// The sources that the plugin reads in addition to the operating system. The profile lists the
	// sources and their settings.
	Sources map[string]map[string]any `yaml:"sources"`

	// How long the documents that were sent are kept, for `usagedata sent` and the page.
	History History `yaml:"history"`
	// This is a test system: its documents say so, and count for no statistics. If it is not set,
	// the page, the API and `usagedata lab` can mark the system. Default: false.
	Lab bool `yaml:"lab"`

	// Any text. When it changes, this appliance draws a new slot, its own time within the hour, at
	// the next start.
	Slot string `yaml:"slot"`

	Log Log `yaml:"log"`

	// The socket of the API, which the product's own pages use.
	Admin Admin `yaml:"admin"`
}

// Folders are the service's own. They are made if they are missing, readable by the service's group
// only.
type Folders struct {
	State string `yaml:"state"` // decision, key, waiting documents, budget; default /var/lib/usagedata
	Log   string `yaml:"log"`   // the journal; default /var/log/usagedata
	Run   string `yaml:"run"`   // the plugin's sockets, at most 48 bytes long; default /run/usagedata
}

// CollectionPoint overrides parts of the profile's collection point; an empty part stays as in the
// profile.
type CollectionPoint struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"`
	CA   string `yaml:"ca"` // file with the certificate authorities to trust instead, PEM or DER
	// Public keys instead of the profile's, as sha256/BASE64, at least two. One of them must be in
	// the verified chain.
	Pins []string `yaml:"pins"`
	// PEM files with this appliance's own certificate and its key, for a collection point that
	// requires one. The key must have mode 0640 or tighter. Both are read for each upload.
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// History limits the documents that are kept after the collection point has accepted them. The oldest
// are removed first; the last one is kept in any case, so 0 keeps only that.
type History struct {
	Days int   `yaml:"days"` // from 0 to 366; default 30
	Size int64 `yaml:"size"` // bytes on the disk, from 0 to 1073741824; default 20971520
}

// Log configures the host's log, which goes to standard error and to usagedata.log in the log
// folder.
type Log struct {
	Level string `yaml:"level"` // debug, info, warn or error; default info
	JSON  bool   `yaml:"json"`  // one JSON object a line; default text
	Size  int64  `yaml:"size"`  // bytes at which usagedata.log is rotated; default 1048576
	Keep  int    `yaml:"keep"`  // number of rotated files that are kept; default 3
}

// Settings is a checked configuration with the product and the files that it refers to. [Load]
// makes it.
type Settings struct {
	Config
	Installed product.Installed // its profile has the overrides applied
	Roots     *x509.CertPool    // nil means the system's authorities
	Signer    string            // the vendor's key that signed the product, with its comment; empty if none is required
	Group     int               // group of the socket; -1 means the user's own group
	Late      []string          // keys of sources whose files did not answer in time and so are not checked
	shipped   string            // host of the profile's collection point, before the override
}

var defaults = Config{
	Products: "/usr/lib/usagedata/products",
	Folders:  Folders{State: "/var/lib/usagedata", Log: "/var/log/usagedata", Run: "/run/usagedata"},
	Root:     "/",
	Delivery: network,
	Log:      Log{Level: "info", Size: logfile.Size, Keep: logfile.Keep},
	History:  History{Days: 30, Size: 20 << 20},
}

// Read reads the file, like [Load], without looking at the product: enough for `usagedata
// products`.
func Read(path string) (Config, error) {
	c, _, err := read(path)
	return c, err
}

// Load reads and checks the file and opens the product.
func Load(path string) (Settings, error) {
	c, file, err := read(path)
	if err != nil {
		return Settings{}, err
	}
	if err := c.check(file); err != nil {
		return Settings{}, err
	}
	installed, err := product.Select(c.Products, c.Product)
	if err != nil {
		return Settings{}, c.notSelected(file, err)
	}
	s := Settings{Config: c, Installed: installed}
	return s, s.resolve(file)
}

func read(path string) (Config, *yamlfile.File, error) {
	if path == "" {
		return Config{}, nil, usage.WithHint(errors.New("read configuration: no file is named"),
			"name a file with --config FILE, before the command")
	}
	c := defaults
	file, err := decode(path, &c)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = usage.WithHint(fmt.Errorf("read configuration: %s does not exist", path),
			"name another file with --config FILE, before the command")
	case errors.Is(err, fs.ErrPermission):
		err = usage.WithHint(fmt.Errorf("read configuration: %s is not readable by this user", path),
			"run the command as root or as a member of the service's group")
	case errors.Is(err, regular.ErrNotRegular):
		err = usage.WithHint(fmt.Errorf("read configuration: %s is not a file", path),
			"name a file with --config FILE, before the command")
	case errors.As(err, &changeable{}):
		err = usage.WithHint(fmt.Errorf("read configuration: %w", err), usage.HintOf(err))
	case errors.Is(err, yamlfile.ErrSecond):
		err = usage.WithHint(err, "remove the line --- or ... before it, or everything after that line")
	case err != nil:
		err = usage.WithHint(err, "`man usagedata` describes the keys")
	}
	return c, file, err
}

func decode(path string, into *Config) (*yamlfile.File, error) {
	text, info, err := regular.ReadStat(path, yamlfile.MaxSize)
	if err != nil {
		return nil, err
	}
	file, err := yamlfile.Decode(path, plaintext.Decode(text), into)
	if err != nil {
		return nil, err
	}
	return file, into.entrusted(path, info)
}

// resolve applies the overrides and resolves everything that the profile leaves to the appliance.
func (s *Settings) resolve(file *yamlfile.File) error {
	p := &s.Installed.Profile
	if s.Analytics == "" {
		s.Analytics = p.Analytics
	}
	s.override()
	if s.ByFile() {
		p.Limits = p.Limits.ByFile()
	}
	roots, err := s.trust()
	if err != nil {
		err = file.Errorf("$.collection_point.ca", "collection_point.ca: %w", err)
	}
	s.Roots = roots
	return errors.Join(err, s.checkSignature(file), s.checkDelivery(file), s.checkSources(file), s.resolveSocket(file))
}

// trust reads the certificate authorities: the administrator's; if there are none, the product's;
// otherwise the system's.
func (s *Settings) trust() (*x509.CertPool, error) {
	switch {
	case s.CollectionPoint.CA != "":
		return readRoots(s.CollectionPoint.CA)
	case s.Installed.Profile.CollectionPoint.CA != "":
		return readRoots(filepath.Join(s.Installed.Dir, s.Installed.Profile.CollectionPoint.CA))
	default:
		return nil, nil
	}
}

// notSelected names the line of the configuration only if the mistake is there, and not in the
// product's own files.
func (c Config) notSelected(file *yamlfile.File, err error) error {
	switch {
	case errors.Is(err, product.ErrAnnounced):
		return usage.WithHint(file.Errorf("$.product", "%w", err),
			"this model can be selected when a later release supports it; `usagedata products` lists the installed "+
				"products")
	case errors.Is(err, product.ErrNotInstalled):
		return usage.WithHint(file.Errorf("$.product", "%w", err), "`usagedata products` lists the installed products")
	case errors.Is(err, product.ErrNoFolder):
		return usage.WithHint(file.Errorf("$.products", "products: %w", err),
			"install the product's package, or name the folder with products")
	default:
		return usage.WithHint(err, "install the product's package again")
	}
}
