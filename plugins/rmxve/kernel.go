package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

func (m *mcu) kernel(context.Context, sdk.Period) (sysinfo.KernelStates, error) {
	return sysinfo.Kernel(m.env)
}
