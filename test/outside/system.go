package main

import (
	"context"
	"fmt"
	"regexp"

	"polycom.com/usagedata/core/sdk"
)

// system is the product's configuration. The directory's host name is sent unchanged: the host
// makes a pseudonym of it.
type system struct {
	Version         string `json:"version" usage:"version"`
	DirectoryServer string `json:"directory_server" usage:"directory_server"`
}

// version has at most three numbers: four could be an address.
var version = regexp.MustCompile(`^\d{1,3}(\.\d{1,4}){1,2}$`)

func (p product) system(ctx context.Context, _ sdk.Period) (system, error) {
	var s system
	if err := p.decode(ctx, "system.json", &s); err != nil {
		return system{}, fmt.Errorf("read the system's configuration: %w", err)
	}
	var missing sdk.Missing
	if !version.MatchString(s.Version) {
		s.Version = ""
		missing.Add(malformed, "version")
	}
	if s.DirectoryServer == "" {
		missing.Add(absent, "directory_server")
	}
	return s, missing.Err()
}
