package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// cores looks where the administrator says, else where the kernel is set to leave core files. Their age is that at the
// end of the period.
func (m *mcu) cores(ctx context.Context, p sdk.Period) (sysinfo.CoreDumps, error) {
	var at struct {
		Folders []string `json:"folders"`
	}
	m.configured("core_dumps", &at)
	if len(at.Folders) == 0 {
		at.Folders = sysinfo.CoreFolders(m.env)
	}
	if len(at.Folders) == 0 {
		return sysinfo.CoreDumps{}, sdk.NotAvailable(sdk.NotConfigured)
	}
	return sysinfo.Cores(ctx, m.env, sysinfo.CoreSearch{Folders: at.Folders, Names: processes, At: p.End})
}
