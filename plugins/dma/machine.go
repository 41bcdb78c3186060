package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// measured is how long the processors are watched: long enough to mean something, short beside the cycle.
const measured = time.Second

func (d *dma) hardware(ctx context.Context, _ sdk.Period) (sysinfo.HardwareConfiguration, error) {
	return sysinfo.Hardware(ctx, d.env)
}

type systemResourceUsage struct {
	sysinfo.SystemResourceUsage
	Database sysinfo.Database `usage:"database"`
}

func (d *dma) resources(ctx context.Context, _ sdk.Period) (systemResourceUsage, error) {
	read, err := sysinfo.Resources(ctx, d.env, measured)
	return systemResourceUsage{SystemResourceUsage: read}, err
}
