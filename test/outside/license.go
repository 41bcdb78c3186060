package main

import (
	"context"
	"fmt"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// license has the serial number, which is sent in clear, as promised to the customer: so no other
// text may take its place.
type license struct {
	SerialNumber  string  `json:"serial_number" usage:"serial_number"`
	LicensedUsers *uint32 `json:"licensed_users" usage:"licensed_users"`
}

func (p product) license(ctx context.Context, _ sdk.Period) (license, error) {
	var l license
	if err := p.decode(ctx, "license.json", &l); err != nil {
		return license{}, fmt.Errorf("read the license: %w", err)
	}
	var missing sdk.Missing
	if !sysinfo.IsSerial(l.SerialNumber) {
		l.SerialNumber = ""
		missing.Add(malformed, "serial_number")
	}
	if l.LicensedUsers == nil {
		missing.Add(absent, "licensed_users")
	}
	return l, missing.Err()
}
