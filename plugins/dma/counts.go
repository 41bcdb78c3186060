package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type counts struct {
	UsersLocal          *int64           `usage:"users_local"`
	UsersEnterprise     *int64           `usage:"users_enterprise"`
	ConferenceRooms     *int64           `usage:"conference_rooms"`
	Endpoints           *int64           `usage:"endpoints"`
	EndpointsActive     *int64           `usage:"endpoints_active"`
	EndpointsInactive   *int64           `usage:"endpoints_inactive"`
	EndpointsByModel    map[string]int64 `usage:"endpoints_by_model"`
	Sites               *int64           `usage:"sites"`
	MCUs                *int64           `usage:"mcus"`
	MCUsByType          map[string]int64 `usage:"mcus_by_type"`
	ExternalGatekeepers *int64           `usage:"external_gatekeepers"`
	SIPPeers            *int64           `usage:"sip_peers"`
	SBCs                *int64           `usage:"sbcs"`
}

func (d *dma) counts(ctx context.Context, _ sdk.Period) (c counts, err error) {
	for _, list := range []struct {
		into *(*int64)
		of   platformapi.Resource
	}{
		{&c.UsersLocal, users}, {&c.ConferenceRooms, rooms}, {&c.Sites, sites},
		{&c.ExternalGatekeepers, gatekeepers}, {&c.SIPPeers, sipPeers}, {&c.SBCs, sbcs},
	} {
		if *list.into, err = platformapi.Optional(platformapi.Count(ctx, d.api, list.of)); err != nil {
			return c, err
		}
	}
	for _, read := range []func(context.Context, *counts) error{d.countDirectory, d.countEndpoints, d.countMCUs} {
		if err := read(ctx, &c); err != nil {
			return c, err
		}
	}
	return platformapi.Something(c)
}

func (d *dma) countDirectory(ctx context.Context, c *counts) error {
	cache, err := platformapi.Optional(platformapi.Read[directoryCache](ctx, d.api, directoryCaches))
	if cache != nil {
		c.UsersEnterprise = cache.TotalUsers
	}
	return err
}

func (d *dma) countEndpoints(ctx context.Context, c *counts) error {
	read, err := platformapi.Optional(d.endpoints(ctx))
	if read != nil {
		c.Endpoints, c.EndpointsActive, c.EndpointsInactive = &read.total, read.active, read.inactive
		c.EndpointsByModel = read.byModel
	}
	return err
}

func (d *dma) countMCUs(ctx context.Context, c *counts) error {
	type mcu struct {
		Type platformapi.Word `json:"mcuType"`
	}
	var total int64
	byType := map[string]int64{}
	for item, err := range platformapi.Items[mcu](ctx, d.api, mcus) {
		if err != nil {
			_, err = platformapi.Optional(total, err)
			return err
		}
		total++
		byType[item.Type.Key()]++
	}
	c.MCUs, c.MCUsByType = &total, byType
	return nil
}
