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
	Territories         *int64           `usage:"territories"`
	MCUs                *int64           `usage:"mcus"`
	MCUsByType          map[string]int64 `usage:"mcus_by_type"`
	ExternalGatekeepers *int64           `usage:"external_gatekeepers"`
	SIPPeers            *int64           `usage:"sip_peers"`
	SBCs                *int64           `usage:"sbcs"`
}

// counts reads each list by itself: what one of them costs is its own number.
func (d *dma) counts(ctx context.Context, _ sdk.Period) (c counts, err error) {
	lists := []struct {
		name string
		into **int64
		of   platformapi.Resource
	}{
		{"users_local", &c.UsersLocal, users}, {"conference_rooms", &c.ConferenceRooms, rooms},
		{"sites", &c.Sites, sites}, {"territories", &c.Territories, territories},
		{"external_gatekeepers", &c.ExternalGatekeepers, gatekeepers}, {"sip_peers", &c.SIPPeers, sipPeers},
		{"sbcs", &c.SBCs, sbcs},
	}
	read := make([]told[int64], len(lists))
	var cache, listed, typed error
	all := []func(context.Context){
		func(ctx context.Context) { cache = d.countDirectory(ctx, &c) },
		func(ctx context.Context) { listed = d.countEndpoints(ctx, &c) },
		func(ctx context.Context) { typed = d.countMCUs(ctx, &c) },
	}
	for i, list := range lists {
		all = append(all, func(ctx context.Context) { read[i] = say(platformapi.Count(ctx, d.api, list.of)) })
	}
	together(ctx, all...)
	var lacks lacking
	for i, list := range lists {
		*list.into = read[i].number(func(n int64) *int64 { return &n })
		lacks.add(read[i].err, list.name)
	}
	lacks.add(cache, "users_enterprise")
	lacks.add(listed, "endpoints", "endpoints_active", "endpoints_inactive", "endpoints_by_model")
	lacks.add(typed, "mcus", "mcus_by_type")
	return c, lacks.Err()
}

func (d *dma) countDirectory(ctx context.Context, c *counts) error {
	cache, err := platformapi.Read[directoryCache](ctx, d.api, directoryCaches)
	if err == nil {
		c.UsersEnterprise = cache.TotalUsers
	}
	return err
}

func (d *dma) countEndpoints(ctx context.Context, c *counts) error {
	read, err := d.endpoints(ctx)
	if err == nil {
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
			return err
		}
		total++
		byType[item.Type.Key()]++
	}
	c.MCUs, c.MCUsByType = &total, byType
	return nil
}
