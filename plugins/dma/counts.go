package main

import (
	"context"
	"errors"

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

// counts reads each list by itself: a list that can't be read costs its own number only.
func (d *dma) counts(ctx context.Context, _ sdk.Period) (c counts, err error) {
	var reads []func(context.Context, *sdk.Lacking)
	for _, list := range []struct {
		name string
		into **int64
		of   platformapi.Resource
	}{
		{"users_local", &c.UsersLocal, users}, {"conference_rooms", &c.ConferenceRooms, rooms},
		{"sites", &c.Sites, sites}, {"territories", &c.Territories, territories},
		{"external_gatekeepers", &c.ExternalGatekeepers, gatekeepers}, {"sip_peers", &c.SIPPeers, sipPeers},
		{"sbcs", &c.SBCs, sbcs},
	} {
		reads = append(reads, func(ctx context.Context, lacking *sdk.Lacking) {
			var err error
			*list.into, err = platformapi.Known(platformapi.Count(ctx, d.api, list.of))
			lacking.Add(err, list.name)
		})
	}
	lacking := sdk.Together(ctx, append(reads, func(ctx context.Context, lacking *sdk.Lacking) {
		cache, err := platformapi.Read[directoryCache](ctx, d.api, directoryCaches)
		c.UsersEnterprise = cache.TotalUsers
		lacking.Add(err, "users_enterprise")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		read, err := d.endpoints(ctx)
		if err == nil {
			c.Endpoints = &read.total
		}
		c.EndpointsActive, c.EndpointsInactive, c.EndpointsByModel = read.active, read.inactive, read.byModel
		lacking.Add(err, "endpoints", "endpoints_active", "endpoints_inactive", "endpoints_by_model")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		lacking.Add(d.countMCUs(ctx, &c), "mcus", "mcus_by_type")
	})...)
	return c, lacking.Err()
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

// endpoints is what is known of the registered devices. Of a list that is too long to read, it is
// their number only.
type endpoints struct {
	total            int64
	active, inactive *int64
	byModel          map[string]int64
}

func (d *dma) readEndpoints(ctx context.Context) (endpoints, error) {
	type device struct {
		Model string `json:"deviceModel"`
		platformapi.Registration
	}
	e := endpoints{byModel: map[string]int64{}}
	var active platformapi.Tally
	for device, err := range platformapi.Items[device](ctx, d.api, devices) {
		if errors.Is(err, platformapi.ErrTooLong) {
			total, err := platformapi.Count(ctx, d.api, devices)
			return endpoints{total: total}, err
		}
		if err != nil {
			return endpoints{}, err
		}
		e.total++
		e.byModel[platformapi.Family(device.Model, families)]++
		active.Add(device.Active())
	}
	e.active, e.inactive = active.Of(e.total)
	return e, nil
}

// families are the models that are counted, by how their names begin; the profile repeats them. The
// name is the endpoint's own word, so that anything else is only counted as other.
var families = []string{
	"RealPresence Group 300", "RealPresence Group 310", "RealPresence Group 500", "RealPresence Group 550",
	"RealPresence Group 700", "RealPresence Trio", "RealPresence Debut", "RealPresence Centro",
	"RealPresence Desktop", "RealPresence Mobile", "RealPresence Immersive", "HDX", "OTX", "ITP", "RPX", "QDX", "VSX",
	"VVX", "SoundPoint", "SoundStation", "CMA Desktop", "Studio X", "G7500", "Trio", "Cisco", "TANDBERG", "LifeSize",
	"Sony", "Huawei", "Yealink", "Avaya", "Microsoft",
}
