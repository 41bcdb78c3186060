package main

import (
	"cmp"
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
	FromSNMP            []string         `usage:"from_snmp"`
}

// counts reads each list on its own: if a list cannot be read, only its own number is missing.
func (d *dma) counts(ctx context.Context, _ sdk.Period) (c counts, err error) {
	var reads []func(context.Context, *sdk.Missing)
	for _, list := range []struct {
		name string
		into **int64
		of   platformapi.Resource
	}{
		{"conference_rooms", &c.ConferenceRooms, rooms},
		{"sites", &c.Sites, sites}, {"territories", &c.Territories, territories},
		{"external_gatekeepers", &c.ExternalGatekeepers, gatekeepers}, {"sip_peers", &c.SIPPeers, sipPeers},
		{"sbcs", &c.SBCs, sbcs},
	} {
		reads = append(reads, func(ctx context.Context, missing *sdk.Missing) {
			var err error
			*list.into, err = platformapi.Known(platformapi.Count(ctx, d.api, list.of))
			missing.Add(err, list.name)
		})
	}
	var local, apiLocal, agentLocal reading[*int64]
	missing := sdk.Parallel(ctx, append(reads, func(ctx context.Context, _ *sdk.Missing) {
		local.value, local.err = platformapi.Known(platformapi.Count(ctx, d.api, users))
	}, func(ctx context.Context, _ *sdk.Missing) {
		apiLocal = apiUsage(d.apiManagers(ctx)).localUsers
	}, func(ctx context.Context, _ *sdk.Missing) {
		agentLocal = agentUsage(d.agentManagers(ctx)).localUsers
	}, func(ctx context.Context, missing *sdk.Missing) {
		type cache struct {
			TotalUsers *int64 `json:"totalUsers" usage:"users_enterprise"`
		}
		read, lacks := platformapi.Fields[cache](ctx, d.api, directoryCaches)
		c.UsersEnterprise = read.TotalUsers
		lacks.Into(missing)
	}, func(ctx context.Context, missing *sdk.Missing) {
		read, err := d.endpoints(ctx)
		if err == nil {
			c.Endpoints = &read.total
		}
		active, inactive := read.in("active", err), read.in("inactive", err)
		c.EndpointsActive, c.EndpointsInactive = active.value, inactive.value
		missing.Add(active.err, "endpoints_active", "endpoints_inactive")
		missing.Add(err, "endpoints")
		c.EndpointsByModel, err = read.byModel(err)
		missing.Add(err, "endpoints_by_model")
	}, func(ctx context.Context, missing *sdk.Missing) {
		missing.Add(d.countMCUs(ctx, &c, missing), "mcus", "mcus_by_type")
	})...)
	c.UsersLocal = first(choice{missing, &c.FromSNMP}, "users_local", local, apiLocal, agentLocal)
	return c, missing.Err()
}

func (d *dma) countMCUs(ctx context.Context, c *counts, missing *sdk.Missing) error {
	type mcu struct {
		Type platformapi.Word `json:"mcuType"`
	}
	var types tally
	for item, err := range platformapi.Items[mcu](ctx, d.api, mcus) {
		if err != nil {
			return err
		}
		types.add(item.Type)
	}
	c.MCUs = &types.items
	var err error
	c.MCUsByType, err = types.counts()
	missing.Add(err, "mcus_by_type")
	return nil
}

// endpoints describes the registered devices. If the list is too long to read, only their number is
// known.
type endpoints struct {
	total  int64
	states tally
	models tally
	unread error // why only the number is known
}

// byModel counts the devices by the families of their models.
func (e endpoints) byModel(err error) (map[string]int64, error) {
	if err = cmp.Or(err, e.unread); err != nil {
		return nil, err
	}
	return e.models.counts()
}

// byState counts the devices by the state of their registration.
func (e endpoints) byState(err error) (map[string]int64, error) {
	if err = cmp.Or(err, e.unread); err != nil {
		return nil, err
	}
	return e.states.counts()
}

// in returns the number of devices whose registration has the given state. It is not known if a
// device does not report its state.
func (e endpoints) in(state string, err error) reading[*int64] {
	if err = cmp.Or(err, e.unread, incomplete(e.states.known, e.states.items)); err != nil {
		return reading[*int64]{err: err}
	}
	n := e.states.by[state]
	return reading[*int64]{value: &n}
}

func (d *dma) readEndpoints(ctx context.Context) (endpoints, error) {
	type device struct {
		Model string `json:"deviceModel"`
		platformapi.Registration
	}
	var e endpoints
	for device, err := range platformapi.Items[device](ctx, d.api, devices) {
		if platformapi.IsUnread(err) {
			total, failed := platformapi.Count(ctx, d.api, devices)
			return endpoints{total: total, unread: err}, failed
		}
		if err != nil {
			return endpoints{}, err
		}
		e.total++
		e.models.add(familyOf(device.Model))
		e.states.add(device.Current())
	}
	return e, nil
}

// familyOf returns the family of a model, or an empty word if the device does not report its model.
func familyOf(model string) platformapi.Word {
	if model == "" {
		return ""
	}
	return platformapi.Word(platformapi.Family(model, families))
}

// families lists the model families that are counted, by the beginning of the name; the profile
// repeats them. A device chooses the text of its model, so any other model counts as other.
var families = []string{
	"RealPresence Group 300", "RealPresence Group 310", "RealPresence Group 500", "RealPresence Group 550",
	"RealPresence Group 700", "RealPresence Trio", "RealPresence Debut", "RealPresence Centro",
	"RealPresence Desktop", "RealPresence Mobile", "RealPresence Immersive", "HDX", "OTX", "ITP", "RPX", "QDX", "VSX",
	"VVX", "SoundPoint", "SoundStation", "CMA Desktop", "Studio X", "G7500", "Trio", "Cisco", "TANDBERG", "LifeSize",
	"Sony", "Huawei", "Yealink", "Avaya", "Microsoft",
}
