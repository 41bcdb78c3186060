package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

type systemConfiguration struct {
	system
	RedundancyStatus string `usage:"redundancy_status"`
	Host             string `usage:"host"`
}

type system struct {
	SoftwareVersion string `column:"software_version" usage:"software_version"`
	Servers         *int64 `column:"servers" usage:"servers"`
	Clusters        *int64 `column:"clusters" usage:"clusters"`
	Redundancy      *bool  `column:"redundancy" usage:"redundancy"`
	DMASystems      *int64 `column:"dma_systems" usage:"dma_systems"`
}

func (m *manager) system(ctx context.Context, _ sdk.Period) (s systemConfiguration, err error) {
	s.Host = sysinfo.HostName(m.env)
	err = together(ctx, func(ctx context.Context, lacks *lacking) {
		read, err := m.objects(ctx)
		s.RedundancyStatus = word(read.Redundancy, statuses)
		lacks.add(err, "redundancy_status")
	}, func(ctx context.Context, lacks *lacking) {
		var err error
		s.system, err = postgres.Row[system](ctx, m.views(ctx), "system")
		lacks.add(err, "software_version", "servers", "clusters", "redundancy", "dma_systems")
	})
	return s, err
}
