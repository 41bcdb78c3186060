package main

import (
	"context"
	"strings"
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

// features reads one feature after the other. One that this release does not have is left out.
func (d *dma) features(ctx context.Context, _ sdk.Period) (f featureConfiguration, err error) {
	for _, read := range []func(context.Context, *featureConfiguration) error{
		d.directory, d.dialing, d.lyncPeers, d.queues, d.hunting,
	} {
		if err := read(ctx, &f); err != nil {
			return f, err
		}
	}
	return platformapi.Something(f)
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

func (d *dma) directory(ctx context.Context, f *featureConfiguration) error {
	status, err := platformapi.Optional(platformapi.Read[directoryStatus](ctx, d.api, directoryState))
	if err != nil {
		return err
	}
	cache, err := platformapi.Optional(platformapi.Read[directoryCache](ctx, d.api, directoryCaches))
	if err != nil || status == nil && cache == nil {
		return err
	}
	f.EnterpriseDirectory = &enterpriseDirectory{}
	if status != nil {
		f.EnterpriseDirectory.directoryStatus = *status
		if strings.HasPrefix(string(status.IntegrationStatus), "failed") {
			f.EnterpriseDirectory.IntegrationStatus = "failed" // there are many ways
		}
	}
	if cache != nil {
		f.EnterpriseDirectory.directoryCache = *cache
		f.EnterpriseDirectory.RefreshDuration = seconds(cache.RefreshSeconds)
	}
	return nil
}
