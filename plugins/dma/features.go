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

// features reads each feature by itself. Lync takes two of them: one alone does not give it.
func (d *dma) features(ctx context.Context, _ sdk.Period) (f featureConfiguration, err error) {
	var rules, peers int64
	var dialing, peering error
	lacking := sdk.Together(ctx, func(ctx context.Context, lacking *sdk.Lacking) {
		lacking.Add(d.directory(ctx, &f), "enterprise_directory")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		rules, dialing = d.dialing(ctx, &f)
		lacking.Add(dialing, "dial_rules", "lync")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		peers, peering = d.lyncPeers(ctx)
		lacking.Add(peering, "lync")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		lacking.Add(d.queues(ctx, &f), "shared_number_dialing")
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		lacking.Add(d.hunting(ctx, &f), "hunt_groups")
	})
	if dialing == nil && peering == nil {
		f.Lync = &lync{Enabled: rules+peers > 0, DialRules: rules, SIPPeers: peers}
	}
	return f, lacking.Err()
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

// directory reads how the directory is integrated and what is known of it. A release may have one
// of both only.
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

type sharedNumberDialing struct {
	Queues             int64          `usage:"queues"`
	DirectDialQueue    *bool          `usage:"direct_dial_queue"`
	ExternalIVR        *int64         `usage:"external_ivr"`
	WithOperator       int64          `usage:"with_operator"`
	MaxVMRAttempts     *int64         `usage:"max_vmr_attempts"`
	ResponseTimeoutMin *time.Duration `usage:"response_timeout_min"`
	ResponseTimeoutMax *time.Duration `usage:"response_timeout_max"`
}

func (d *dma) queues(ctx context.Context, f *featureConfiguration) error {
	type queue struct {
		DirectDial  *bool                `json:"isDirectDial"`
		ExternalIVR *bool                `json:"isExternalIvr"`
		Operator    platformapi.Presence `json:"operatorUri"`
		Attempts    *int64               `json:"maxVmrAttempts"`
		Timeout     *int64               `json:"responseTimeout"`
	}
	var s sharedNumberDialing
	var direct, external platformapi.Tally
	var timeouts, attempts spread
	for queue, err := range platformapi.Items[queue](ctx, d.api, queues) {
		if err != nil {
			return err
		}
		s.Queues++
		direct.Add(queue.DirectDial)
		external.Add(queue.ExternalIVR)
		if queue.Operator {
			s.WithOperator++
		}
		attempts.add(queue.Attempts)
		timeouts.add(queue.Timeout)
	}
	if n := direct.Count(); n != nil {
		present := *n > 0
		s.DirectDialQueue = &present
	}
	s.ExternalIVR, s.MaxVMRAttempts = external.Count(), attempts.max
	s.ResponseTimeoutMin, s.ResponseTimeoutMax = seconds(timeouts.min), seconds(timeouts.max)
	f.SharedNumberDialing = &s
	return nil
}

type huntGroups struct {
	Total               int64          `usage:"total"`
	Enabled             *int64         `usage:"enabled"`
	Members             int64          `usage:"members"`
	NoAnswerTimeoutMin  *time.Duration `usage:"no_answer_timeout_min"`
	NoAnswerTimeoutMax  *time.Duration `usage:"no_answer_timeout_max"`
	NoAnswerTimeoutMean *time.Duration `usage:"no_answer_timeout_mean"`
}

func (d *dma) hunting(ctx context.Context, f *featureConfiguration) error {
	type huntGroup struct {
		Enabled *bool              `json:"enabled"`
		Timeout *int64             `json:"timeout"`
		Members platformapi.Length `json:"memberEndpoints"`
	}
	var h huntGroups
	var enabled platformapi.Tally
	var timeouts spread
	for group, err := range platformapi.Items[huntGroup](ctx, d.api, hunting) {
		if err != nil {
			return err
		}
		h.Total++
		h.Members += int64(group.Members)
		enabled.Add(group.Enabled)
		timeouts.add(group.Timeout)
	}
	h.Enabled = enabled.Count()
	h.NoAnswerTimeoutMin, h.NoAnswerTimeoutMax = seconds(timeouts.min), seconds(timeouts.max)
	h.NoAnswerTimeoutMean = seconds(timeouts.mean())
	f.HuntGroups = &h
	return nil
}
