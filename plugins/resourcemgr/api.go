package main

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// The resources of the Platform API that are read: the lists that a public client reads from this
// product, and those that the API's documents also attribute to it. The DMA has more resources; no
// document says that this product has them, so they are not requested.
var (
	licenseResource = platformapi.Resource{Path: "/config/licenses/license-status",
		Representation: "plcm-license-status", Newest: 2}
	directoryResource = platformapi.Resource{Path: "/config/enterprise-directory/status",
		Representation: "plcm-enterprise-directory-status", Newest: 1}
	conferences = platformapi.Resource{Path: "/conferences", Representation: "plcm-conference-list", Newest: 1}

	devices = platformapi.Resource{Path: "/devices", Representation: "plcm-device-list", Newest: 3}
	users   = platformapi.Resource{Path: "/users", Representation: "plcm-user-list", Newest: 1}
	groups  = platformapi.Resource{Path: "/groups", Representation: "plcm-group-list", Newest: 1}
	rooms   = platformapi.Resource{Path: "/rooms", Representation: "plcm-room-list", Newest: 1}
)

// endpoints describes the managed endpoints. If the list is too long to read, only their number is
// known.
type endpoints struct {
	total int64
	endpointStates
	unread error // why only the number is known
}

type endpointStates struct {
	Online  *int64           `usage:"online"`
	Offline *int64           `usage:"offline"`
	ByType  map[string]int64 `usage:"by_type"`
}

// device is one of the managed endpoints.
type device struct {
	Type family `json:"deviceModel"`
	platformapi.Registration
}

// readEndpoints counts the endpoints by their [platformapi.Registration]. A registered endpoint
// counts as online even if it is in quarantine; that is our interpretation of the states. An
// endpoint without a state, or with an undocumented one, is neither online nor offline.
func (m *manager) readEndpoints(ctx context.Context) (endpoints, error) {
	e := endpoints{endpointStates: endpointStates{ByType: map[string]int64{}}}
	var online, offline, stated int64
	for device, err := range platformapi.Items[device](ctx, m.api, devices) {
		if platformapi.IsUnread(err) {
			total, failed := platformapi.Count(ctx, m.api, devices)
			return endpoints{total: total, unread: err}, failed
		}
		if err != nil {
			return endpoints{}, err
		}
		e.total++
		e.ByType[cmp.Or(string(device.Type), other)]++
		switch device.Current() {
		case "":
			continue
		case "active", "quarantined":
			online++
		case "inactive", "quarantined_inactive", "blocked", "not_registered":
			offline++
		}
		stated++
	}
	if stated > 0 || e.total == 0 {
		e.Online, e.Offline = &online, &offline
	}
	return e, nil
}

// families lists the types that are counted, by the beginning of the model's name; the profile
// repeats them. An endpoint chooses the text of its model, so any other model counts as other.
var families = []string{
	"RealPresence Group", "RealPresence Trio", "RealPresence Debut", "RealPresence Centro", "RealPresence Desktop",
	"RealPresence Mobile", "RealPresence Immersive", "HDX", "OTX", "ITP", "RPX", "QDX", "VSX", "VVX", "SoundPoint",
	"SoundStation", "CMA Desktop", "Studio X", "G7500", "Trio", "Cisco", "TANDBERG", "LifeSize", "Sony",
	"Huawei", "Yealink",
	"Avaya", "Microsoft",
}

const other = "other"

// family is the type into which an endpoint's model is decoded, so that the endpoint's own text is
// neither kept nor carried over to the next cycle.
type family string

// UnmarshalJSON decodes a model into the family with which its name begins.
func (f *family) UnmarshalJSON(text []byte) error {
	var model string
	if err := json.Unmarshal(text, &model); err != nil {
		return err
	}
	*f = family(platformapi.Family(model, families))
	return nil
}

type userManagement struct {
	Users  *int64 `usage:"users"`
	Groups *int64 `usage:"groups"`
	Rooms  *int64 `usage:"rooms"`
}

// userManagement reads each list on its own. If no list can be read, the whole feature is missing.
func (m *manager) userManagement(ctx context.Context, missing *sdk.Missing) *userManagement {
	var u userManagement
	failed := map[string]error{}
	u.Users, failed["users"] = platformapi.Known(m.users(ctx))
	u.Groups, failed["groups"] = platformapi.Known(platformapi.Count(ctx, m.api, groups))
	u.Rooms, failed["rooms"] = platformapi.Known(platformapi.Count(ctx, m.api, rooms))
	known := u != userManagement{}
	for _, list := range slices.Sorted(maps.Keys(failed)) {
		if known {
			missing.Add(failed[list], "user_management."+list)
		} else {
			missing.Add(failed[list], "user_management")
		}
	}
	if !known {
		return nil
	}
	return &u
}
