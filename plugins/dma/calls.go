package main

import (
	"context"

	"polycom.com/usagedata/plugins/internal/platformapi"
)

// calls are those of all clusters together.
type calls struct {
	bySignaling map[string]int64
	limit       *int64
}

func (d *dma) calls(ctx context.Context) (calls, error) {
	type clusters struct {
		Statistics []struct {
			H323   *int64 `json:"h323Calls"`
			SIP    *int64 `json:"sipCalls"`
			WebRTC *int64 `json:"webrtcCalls"`
			Limit  *int64 `json:"callLimit"`
		} `json:"activeCallStatistics"`
	}
	read, err := platformapi.Read[clusters](ctx, d.api, callStatistics)
	c := calls{bySignaling: map[string]int64{}}
	for _, cluster := range read.Statistics {
		for signaling, n := range map[string]*int64{"h323": cluster.H323, "sip": cluster.SIP, "webrtc": cluster.WebRTC} {
			if n != nil {
				c.bySignaling[signaling] += *n
			}
		}
		if cluster.Limit != nil {
			c.limit = sum(c.limit, *cluster.Limit)
		}
	}
	return c, err
}
