package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type systemConfiguration struct {
	Servers         *int64 `column:"servers" usage:"servers"`
	Clusters        *int64 `column:"clusters" usage:"clusters"`
	Deployment      string `column:"deployment" usage:"deployment"`
	LoadBalancer    *bool  `column:"load_balancer" usage:"load_balancer"`
	SoftwareVersion string `column:"software_version" usage:"software_version"`
}

func (a *accessDirector) system(ctx context.Context, _ sdk.Period) (systemConfiguration, error) {
	return postgres.Row[systemConfiguration](ctx, a.views(ctx), "system_configuration")
}
