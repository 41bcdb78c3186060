package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
)

type mcuVersion struct {
	Version string `usage:"version"`
	Source  string `usage:"source"`
}

// mcuVersion is what is installed as the MCU: what its file says, else what the MCU that runs tells of itself. The two
// differ from the update to the next start.
func (m *mcu) mcuVersion(ctx context.Context, _ sdk.Period) (v mcuVersion, err error) {
	v.Version, v.Source, err = m.first(ctx, source{"file", m.installed}, source{"snmp", m.running})
	return v, err
}
