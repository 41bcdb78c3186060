package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
	"polycom.com/usagedata/plugins/internal/networkusage"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// dma is what the collectors read from.
type dma struct {
	env       sdk.Env
	api       *platformapi.Client
	agent     *snmp.Agent
	usage     *networkusage.Export
	endpoints func(context.Context) (endpoints, error) // read once for counts and statistics
}
