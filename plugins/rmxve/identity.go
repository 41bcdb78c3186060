package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
)

// identity is what the MCU tells of itself by SNMP, below 1.3.6.1.4.1.13885.110.1. The same part of the tree has the
// calls and conferences, which are not this product's to report, and names, which are nobody's.
type identity struct {
	SoftwareInfo string `oid:"1.3.6.1.4.1.13885.110.1.1.1.0"`
	BuildDate    string `oid:"1.3.6.1.4.1.13885.110.1.1.2.0"`
	DeviceType   string `oid:"1.3.6.1.4.1.13885.110.1.1.3.0"`
	SIPStatus    *int64 `oid:"1.3.6.1.4.1.13885.110.1.2.8.1.0"`
}

func (m *mcu) identity(ctx context.Context) (identity, error) {
	return snmp.Read[identity](ctx, m.agent)
}

// told is one of the texts of the identity. One that this release does not have is empty.
func (m *mcu) told(ctx context.Context, text func(identity) string) (string, error) {
	read, err := m.tells(ctx)
	if err == nil && text(read) == "" {
		err = sdk.NotAvailable(sdk.NotOnRelease)
	}
	return text(read), err
}
