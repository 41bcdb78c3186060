package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type featureConfiguration struct {
	EnterpriseDirectory *enterpriseDirectory `usage:"enterprise_directory"`
	Lync                *lync                `usage:"lync"`
	DialRules           *dialRules           `usage:"dial_rules"`
	SharedNumberDialing *sharedNumberDialing `usage:"shared_number_dialing"`
	HuntGroups          *huntGroups          `usage:"hunt_groups"`
}

// features reads each feature by itself. Lync is told by two of them: of one alone it would not be.
func (d *dma) features(ctx context.Context, _ sdk.Period) (f featureConfiguration, err error) {
	var directory, dialing, peers, queues, hunting error
	var rules, lyncPeers int64
	together(ctx,
		func(ctx context.Context) { directory = d.directory(ctx, &f) },
		func(ctx context.Context) { rules, dialing = d.dialing(ctx, &f) },
		func(ctx context.Context) { lyncPeers, peers = d.lyncPeers(ctx) },
		func(ctx context.Context) { queues = d.queues(ctx, &f) },
		func(ctx context.Context) { hunting = d.hunting(ctx, &f) },
	)
	var lacks lacking
	lacks.add(directory, "enterprise_directory")
	lacks.add(dialing, "dial_rules")
	if dialing == nil && peers == nil {
		f.Lync = &lync{Enabled: rules+lyncPeers > 0, DialRules: rules, SIPPeers: lyncPeers}
	} else {
		lacks.either("lync", dialing, peers)
	}
	lacks.add(queues, "shared_number_dialing")
	lacks.add(hunting, "hunt_groups")
	return f, lacks.Err()
}

type enterpriseDirectory struct {
	directoryStatus
	directoryCache
}

type directoryStatus struct {
	IntegrationStatus platformapi.Word `json:"integrationStatus" usage:"integration_status"`
	Connected         *bool            `json:"connected" usage:"connected"`
}

type directoryCache struct {
	TotalUsers           *int64         `json:"totalUsers" usage:"total_users"`
	TotalRooms           *int64         `json:"totalRooms" usage:"total_rooms"`
	OrphanedUsers        *int64         `json:"orphanedUsers" usage:"orphaned_users"`
	OrphanedGroups       *int64         `json:"orphanedGroups" usage:"orphaned_groups"`
	ConferenceRoomErrors *int64         `json:"conferenceRoomErrors" usage:"conference_room_errors"`
	RefreshSeconds       *int64         `json:"refreshDurationSeconds"`
	RefreshDuration      *time.Duration `json:"-" usage:"refresh_duration"`
}

// directory reads how the directory is integrated and what is known of it. A release may have one of both only.
func (d *dma) directory(ctx context.Context, f *featureConfiguration) error {
	status, statusErr := platformapi.Read[directoryStatus](ctx, d.api, directoryState)
	cache, cacheErr := platformapi.Read[directoryCache](ctx, d.api, directoryCaches)
	for _, pair := range [][2]error{{statusErr, cacheErr}, {cacheErr, statusErr}} {
		if err := pair[0]; err != nil && (pair[1] != nil || sdk.Explain(err) != sdk.NotOnRelease) {
			return err
		}
	}
	f.EnterpriseDirectory = &enterpriseDirectory{status, cache}
	f.EnterpriseDirectory.RefreshDuration = seconds(cache.RefreshSeconds)
	return nil
}
