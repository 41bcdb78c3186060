// Package config reads the operator's file, /etc/usagedata-collect/config.yaml: where the receiver
// listens, its certificate, where it stores documents, and its limits. The struct [Config] is the
// manual: every key is documented there.
//
// Everything is checked at start, the certificate and the files of secrets too, and all wrong values are
// reported at once. No error contains a secret.
package config

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"time"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/yamlfile"
)

// DefaultPath is the path of the file on a receiver; see [Config].
const DefaultPath = "/etc/usagedata-collect/config.yaml"

// Config is the file. Paths are absolute. Times are such as 500ms, 90s or 2h. A key that is not listed
// here is an error.
type Config struct {
	// The addresses to which appliances connect, each ADDRESS:PORT, or :PORT for all addresses of
	// this machine. Port 0 takes a free one.
	Listen []string `yaml:"listen"` // default [":8443"]
	// PEM files with the server's certificate, followed by those of intermediate authorities, and
	// with its key. The key must have mode 0640 or tighter. If the files change, new connections get
	// the new certificate without a restart.
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`

	// Whether appliances must show a certificate: none, optional or required. Appliances have none
	// unless their administrators configure one. Default none.
	ClientCertificates string `yaml:"client_certificates"`
	// A PEM file with the authorities that issue the appliances' certificates.
	ClientAuthorities string `yaml:"client_authorities"`

	// The addresses or networks, such as 10.1.0.0/24, of the balancers in front of this receiver.
	// Each connection from there must begin with version 2 of the PROXY protocol. Default: none, and
	// nobody may use that protocol.
	Balancers []string `yaml:"balancers"`

	// The address of the inner listener, for /metrics, /healthz and /readyz, without TLS.
	Inner string `yaml:"inner"` // default 127.0.0.1:9464
	// The inner listener may have an address that is not of the loopback interface, because the
	// network protects it. Default: false.
	InnerExposed bool `yaml:"inner_exposed"`

	// The products whose documents are accepted. Default: any product.
	Products []string `yaml:"products"`

	// Where segments are stored: either a folder or a bucket.
	Store Store `yaml:"store"`
	// For how many days after its hour a document is accepted, and kept: from 45, for which an
	// appliance may hold it, to 3660. Older segments are removed.
	Retention int `yaml:"retention"` // default 45

	// How long a document waits for others before they are stored as one segment and answered, up to
	// 5s: for the hour that ended last, and for earlier ones, which are fewer.
	Gather     time.Duration `yaml:"gather"`      // default 500ms
	GatherLate time.Duration `yaml:"gather_late"` // default 5s, up to 30s

	Limits Limits `yaml:"limits"`
	// After which time an appliance is asked to send a refused document again. Each answer gets a
	// random time in this range, so that a fleet does not return at once.
	RetryAfter RetryAfter `yaml:"retry_after"`

	Log Log `yaml:"log"`
}

// Store is a folder or a bucket. Several receivers may share it.
type Store struct {
	Folder string `yaml:"folder"` // for example /var/lib/usagedata-collect
	// Bytes of the folder's disk that stay free: with less, documents are refused, and wait on the
	// appliances.
	KeepFree int64 `yaml:"keep_free"` // default 1073741824
	S3       S3    `yaml:"s3"`
}

// S3 is a bucket of a server that is compatible with S3 and supports conditional writes.
type S3 struct {
	// The server, as https://s3.example.com:9000. Only on this machine, http is allowed too.
	Endpoint string `yaml:"endpoint"`
	Bucket   string `yaml:"bucket"`
	Prefix   string `yaml:"prefix"` // the names of objects begin with it and a slash; default none
	Region   string `yaml:"region"` // default us-east-1
	// Files with one line each: the id of the access key, and its secret. The secret's file must have
	// mode 0640 or tighter.
	AccessKeyFile string `yaml:"access_key_file"`
	SecretKeyFile string `yaml:"secret_key_file"`
	// A PEM file with the authorities to trust. Default: the system's.
	CA string `yaml:"ca"`
	// The bucket is part of the path and not of the server's name. Default: true.
	PathStyle bool `yaml:"path_style"`
}

// Limits bound the resources that peers can use. A connection beyond them is closed, and a document
// is refused with 429 or 503; then it waits on the appliance.
type Limits struct {
	Connections int `yaml:"connections"` // at the same time; default 2000
	// For each peer: an address of IPv4, or a network /64 of IPv6. Many appliances of a customer may
	// share one.
	ConnectionsPerPeer int `yaml:"connections_per_peer"` // default 200
	RequestsPerPeer    int `yaml:"requests_per_peer"`    // in a minute; default 2000
	// Bytes of the documents that wait to be stored.
	Memory int64 `yaml:"memory"` // default 134217728

	Handshake time.Duration `yaml:"handshake"` // for TLS; default 10s
	Upload    time.Duration `yaml:"upload"`    // for a request with its body; default 60s
	Idle      time.Duration `yaml:"idle"`      // between two requests of a connection; default 5s
}

// RetryAfter is the range of the answers' Retry-After.
type RetryAfter struct {
	Min time.Duration `yaml:"min"` // at least 1s; default 1m
	Max time.Duration `yaml:"max"` // at most 24h; default 10m
}

// Log configures the log, which goes to standard error.
type Log struct {
	Level string `yaml:"level"` // debug, info, warn or error; default info
	JSON  bool   `yaml:"json"`  // one JSON object a line; default text
}

// Settings is a checked configuration with the content of the files that it names. [Load] makes it.
type Settings struct {
	Config
	Networks   []netip.Prefix // of the balancers
	ClientPool *x509.CertPool // nil means that no certificate is asked for
	file       *yamlfile.File
}

func defaults() Config {
	return Config{
		Listen: []string{":8443"}, ClientCertificates: noCertificates, Inner: "127.0.0.1:9464",
		Store:     Store{KeepFree: 1 << 30, S3: S3{Region: "us-east-1", PathStyle: true}},
		Retention: 45, Gather: 500 * time.Millisecond, GatherLate: 5 * time.Second,
		Limits: Limits{Connections: 2000, ConnectionsPerPeer: 200, RequestsPerPeer: 2000,
			Memory: 128 << 20, Handshake: 10 * time.Second, Upload: time.Minute, Idle: 5 * time.Second},
		RetryAfter: RetryAfter{Min: time.Minute, Max: 10 * time.Minute},
		Log:        Log{Level: "info"},
	}
}

// Load reads and checks the file, and the files that it names.
func Load(path string) (Settings, error) { return load(path, time.Now()) }

func load(path string, now time.Time) (Settings, error) {
	c := defaults()
	file, err := decode(path, &c)
	if err != nil {
		return Settings{}, explained(path, err)
	}
	s := Settings{Config: c, file: file}
	p := &problems{file: file}
	s.checkListeners(p)
	s.checkCertificates(p, now)
	s.checkNumbers(p)
	s.checkWords(p)
	s.Store.check(p, now)
	return s, errors.Join(p.found...)
}

// AtStore adds the line of the configuration's store to an error about the store.
func (s Settings) AtStore(err error) error {
	key := "store.folder"
	if s.Store.Folder == "" {
		key = "store.s3"
	}
	return usage.WithHint(s.file.Errorf("$."+key, "%s: %w", key, err), usage.HintOf(err))
}

func decode(path string, into *Config) (*yamlfile.File, error) {
	text, err := regular.Read(path, yamlfile.MaxSize)
	if err != nil {
		return nil, err
	}
	return yamlfile.Decode(path, plaintext.Decode(text), into)
}

const another = "name another file with --config FILE, before the command"

// explained returns the error of a file that cannot be read, for a person at a terminal.
func explained(path string, err error) error {
	switch {
	case path == "":
		return usage.WithHint(errors.New("read configuration: no file is named"), another)
	case errors.Is(err, fs.ErrNotExist):
		return usage.WithHint(fmt.Errorf("read configuration: %s does not exist", path),
			another+", or begin with `usagedata-collect try FOLDER`")
	case errors.Is(err, fs.ErrPermission):
		return usage.WithHint(fmt.Errorf("read configuration: %s is not readable by this user", path),
			"run the command as root or as the receiver's user")
	case errors.Is(err, regular.ErrNotRegular):
		return usage.WithHint(fmt.Errorf("read configuration: %s is not a file", path), another)
	case errors.Is(err, yamlfile.ErrSecond):
		return usage.WithHint(err, "remove the line --- or ... before it, or everything after that line")
	default:
		return usage.WithHint(err, "`man usagedata-collect.yaml` describes the keys")
	}
}

// problems collects all that is wrong in a file.
type problems struct {
	file  *yamlfile.File
	found []error
}

// add adds an error that continues a sentence about a key, such as store.folder.
func (p *problems) add(key string, err error) { p.addWith(" ", key, err) }

// addFile adds an error about the file that a key names.
func (p *problems) addFile(key string, err error) { p.addWith(": ", key, err) }

func (p *problems) addWith(sign, key string, err error) {
	if err != nil {
		p.found = append(p.found, usage.WithHint(p.file.Errorf("$."+key, "%s%s%w", key, sign, err), usage.HintOf(err)))
	}
}

// want adds a problem unless ok.
func (p *problems) want(ok bool, key, format string, args ...any) {
	if !ok {
		p.add(key, fmt.Errorf(format, args...))
	}
}
