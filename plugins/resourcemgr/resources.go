package main

import "polycom.com/usagedata/plugins/internal/platformapi"

// The resources of the Platform API that are read: the lists that a public client reads of this product, and no more.
// The DMA has others beside them; that this product has those too is nowhere said, so that they are not asked for.
var (
	devices = platformapi.Resource{Path: "/devices", Representation: "plcm-device-list", Newest: 3}
	users   = platformapi.Resource{Path: "/users", Representation: "plcm-user-list", Newest: 1}
	groups  = platformapi.Resource{Path: "/groups", Representation: "plcm-group-list", Newest: 1}
	rooms   = platformapi.Resource{Path: "/rooms", Representation: "plcm-room-list", Newest: 1}
)
