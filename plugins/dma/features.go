package main

import (
	"context"
	"maps"
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

// features reads each feature on its own. Lync is derived from two of them.
func (d *dma) features(ctx context.Context, _ sdk.Period) (f featureConfiguration, err error) {
	var rules, peers reading[*int64]
	missing := sdk.Parallel(ctx, func(ctx context.Context, missing *sdk.Missing) {
		f.EnterpriseDirectory = d.directory(ctx, missing)
	}, func(ctx context.Context, missing *sdk.Missing) {
		f.DialRules, rules = d.dialing(ctx, missing)
	}, func(ctx context.Context, _ *sdk.Missing) {
		peers = d.microsoftPeers(ctx)
	}, func(ctx context.Context, missing *sdk.Missing) {
		missing.Add(d.countQueues(ctx, &f, missing), "shared_number_dialing")
	}, func(ctx context.Context, missing *sdk.Missing) {
		missing.Add(d.countHuntGroups(ctx, &f, missing), "hunt_groups")
	})
	f.Lync = usesLync(rules, peers, missing)
	return f, missing.Err()
}

type enterpriseDirectory struct {
	directoryStatus
	directoryCache
	RefreshDuration *time.Duration `usage:"refresh_duration"`
	LastRefresh     time.Time      `usage:"last_refresh"`
}

type directoryStatus struct {
	IntegrationStatus platformapi.Word `json:"integrationStatus" usage:"integration_status"`
	Connected         *bool            `json:"connected" usage:"connected"`
}

type directoryCache struct {
	CacheStatus          platformapi.Word `json:"cacheStatus" usage:"cache_status"`
	TotalUsers           *int64           `json:"totalUsers" usage:"total_users"`
	TotalRooms           *int64           `json:"totalRooms" usage:"total_rooms"`
	OrphanedUsers        *int64           `json:"orphanedUsers" usage:"orphaned_users"`
	OrphanedGroups       *int64           `json:"orphanedGroups" usage:"orphaned_groups"`
	ConferenceRoomErrors *int64           `json:"conferenceRoomErrors" usage:"conference_room_errors"`
	ChairpersonCodes     *int64           `json:"blankChairpersonCodeErrors" usage:"blank_chairperson_codes"`
	ConferenceCodes      *int64           `json:"blankConferenceCodeErrors" usage:"blank_conference_codes"`
	DuplicatePasscodes   *int64           `json:"duplicatePasscodeErrors" usage:"duplicate_passcodes"`
}

// cacheAnswer is the product's answer, in which a duration is a number and a time is a text.
type cacheAnswer struct {
	directoryCache
	RefreshSeconds *int64             `json:"refreshDurationSeconds" gives:"refresh_duration"`
	Refreshed      platformapi.Moment `json:"lastCacheRefreshDate" gives:"last_refresh" optional:"documented"`
}

// directory reads the integration of the directory and the state of its cache. A release may have
// only one of the two.
func (d *dma) directory(ctx context.Context, missing *sdk.Missing) *enterpriseDirectory {
	status, lacks := platformapi.Fields[directoryStatus](ctx, d.api, directoryState)
	cache, more := platformapi.Fields[cacheAnswer](ctx, d.api, directoryCaches)
	if status == (directoryStatus{}) && cache == (cacheAnswer{}) {
		missing.Add(lacks["integration_status"], "enterprise_directory")
		missing.Add(more["total_users"], "enterprise_directory")
		return nil
	}
	e := enterpriseDirectory{directoryStatus: status, directoryCache: cache.directoryCache}
	e.LastRefresh, e.RefreshDuration = cache.Refreshed.Time, seconds(cache.RefreshSeconds)
	if more["refresh_duration"] == nil && e.RefreshDuration == nil {
		more["refresh_duration"] = sdk.NotAvailable(sdk.Malformed)
	}
	maps.Copy(lacks, more)
	lacks.Into(missing, "enterprise_directory")
	return &e
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

func (d *dma) countQueues(ctx context.Context, f *featureConfiguration, missing *sdk.Missing) error {
	type queue struct {
		DirectDial  *bool                `json:"isDirectDial"`
		ExternalIVR *bool                `json:"isExternalIvr"`
		Operator    platformapi.Presence `json:"operatorUri"`
		Attempts    *int64               `json:"maxVmrAttempts"`
		Timeout     *int64               `json:"responseTimeout"`
	}
	var s sharedNumberDialing
	var direct, external, timeouts, attempts numbers
	for queue, err := range platformapi.Items[queue](ctx, d.api, queues) {
		if err != nil {
			return err
		}
		s.Queues++
		direct.addFlag(queue.DirectDial)
		external.addFlag(queue.ExternalIVR)
		if queue.Operator {
			s.WithOperator++
		}
		attempts.add(queue.Attempts)
		timeouts.add(queue.Timeout)
	}
	var err error
	s.DirectDialQueue, err = direct.anySet()
	missing.Add(err, "shared_number_dialing.direct_dial_queue")
	s.ExternalIVR = external.total()
	missing.Add(external.lacks(), "shared_number_dialing.external_ivr")
	_, s.MaxVMRAttempts, _ = attempts.spread()
	missing.Add(attempts.lacks(), "shared_number_dialing.max_vmr_attempts")
	s.ResponseTimeoutMin, s.ResponseTimeoutMax, _, err = timeouts.durations()
	missing.Add(err, "shared_number_dialing.response_timeout_min",
		"shared_number_dialing.response_timeout_max")
	f.SharedNumberDialing = &s
	return nil
}

type huntGroups struct {
	Total               int64          `usage:"total"`
	Enabled             *int64         `usage:"enabled"`
	Members             *int64         `usage:"members"`
	NoAnswerTimeoutMin  *time.Duration `usage:"no_answer_timeout_min"`
	NoAnswerTimeoutMax  *time.Duration `usage:"no_answer_timeout_max"`
	NoAnswerTimeoutMean *time.Duration `usage:"no_answer_timeout_mean"`
}

func (d *dma) countHuntGroups(ctx context.Context, f *featureConfiguration, missing *sdk.Missing) error {
	type huntGroup struct {
		Enabled *bool               `json:"enabled"`
		Timeout *int64              `json:"timeout"`
		Members *platformapi.Length `json:"memberEndpoints"`
	}
	var h huntGroups
	var enabled, members, timeouts numbers
	for group, err := range platformapi.Items[huntGroup](ctx, d.api, huntGroupList) {
		if err != nil {
			return err
		}
		h.Total++
		members.add((*int64)(group.Members))
		enabled.addFlag(group.Enabled)
		timeouts.add(group.Timeout)
	}
	h.Enabled, h.Members = enabled.total(), members.total()
	var err error
	h.NoAnswerTimeoutMin, h.NoAnswerTimeoutMax, h.NoAnswerTimeoutMean, err = timeouts.durations()
	f.HuntGroups = &h
	missing.Add(enabled.lacks(), "hunt_groups.enabled")
	missing.Add(members.lacks(), "hunt_groups.members")
	missing.Add(err, "hunt_groups.no_answer_timeout_min", "hunt_groups.no_answer_timeout_max",
		"hunt_groups.no_answer_timeout_mean")
	return nil
}
