package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/usage"
)

// check validates the keys of the store. Whether the store works is for the store to say.
func (s Store) check(p *problems, now time.Time) {
	bucket := p.file.Has("$.store.s3")
	switch {
	case s.Folder != "" && bucket:
		p.want(false, "store", "must be either a folder or s3, not both")
	case bucket:
		p.want(!p.file.Has("$.store.keep_free"), "store.keep_free", "has no effect with s3")
		s.S3.check(p, now)
	case s.Folder == "":
		p.add("store", usage.WithHint(errors.New("is missing"),
			"begin with `store: {folder: /var/lib/usagedata-collect}`"))
	default:
		p.absolute("store.folder", s.Folder)
	}
}

var (
	regionName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)
	keyText    = regexp.MustCompile(`^[!-~]{1,1000}$`)
)

func (s S3) check(p *problems, now time.Time) {
	p.add("store.s3.endpoint", s.checkEndpoint())
	p.want(store.ValidBucket(s.Bucket), "store.s3.bucket",
		"must be 3 to 63 lower-case letters, digits, dots and hyphens")
	p.want(regionName.MatchString(s.Region), "store.s3.region", "must be lower-case letters, digits and hyphens")
	p.want(store.ValidKeyPrefix(s.Prefix), "store.s3.prefix",
		"must be letters, digits and -._=/, without / at its ends and without a part that begins with a dot")
	for _, file := range []struct {
		key, path string
		read      func(string) ([]byte, error)
	}{
		{"store.s3.access_key_file", s.AccessKeyFile, readPEM},
		{"store.s3.secret_key_file", s.SecretKeyFile, readSecret},
	} {
		if p.absolute(file.key, file.path) {
			_, err := line(file.path, file.read)
			p.addFile(file.key, err)
		}
	}
	if s.CA != "" && p.absolute("store.s3.ca", s.CA) {
		_, err := ReadAuthorities(s.CA, now)
		p.addFile("store.s3.ca", err)
	}
}

// checkEndpoint requires TLS, because documents have serial numbers in clear, unless the server is on
// this machine.
func (s S3) checkEndpoint() error {
	u, ok := store.ParseEndpoint(s.Endpoint)
	if !ok || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("must be https://HOST or https://HOST:PORT, without a user, the bucket or a path")
	}
	if u.Scheme == "http" && !store.IsLocal(u) {
		return errors.New("must begin with https://: only a server on this machine may be reached without TLS")
	}
	return nil
}

// line returns the only line of a file, without white space around it.
func line(path string, read func(string) ([]byte, error)) (string, error) {
	text, err := read(path)
	if err != nil {
		return "", err
	}
	sole, ok := plaintext.SoleLine(text)
	if sole = strings.TrimSpace(sole); !ok || !keyText.MatchString(sole) {
		return "", fmt.Errorf("%s must have one line of printable ASCII and nothing else", path)
	}
	return sole, nil
}
