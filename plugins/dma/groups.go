package main

import (
	"context"
	"time"

	"polycom.com/usagedata/plugins/internal/platformapi"
)

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
	var direct, external tally
	var timeouts, attempts spread
	for queue, err := range platformapi.Items[queue](ctx, d.api, queues) {
		if err != nil {
			return err
		}
		s.Queues++
		direct.add(queue.DirectDial)
		external.add(queue.ExternalIVR)
		if queue.Operator {
			s.WithOperator++
		}
		attempts.add(queue.Attempts)
		timeouts.add(queue.Timeout)
	}
	if n := direct.count(); n != nil {
		present := *n > 0
		s.DirectDialQueue = &present
	}
	s.ExternalIVR, s.MaxVMRAttempts = external.count(), attempts.max
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
	var enabled tally
	var timeouts spread
	for group, err := range platformapi.Items[huntGroup](ctx, d.api, hunting) {
		if err != nil {
			return err
		}
		h.Total++
		h.Members += int64(group.Members)
		enabled.add(group.Enabled)
		timeouts.add(group.Timeout)
	}
	h.Enabled = enabled.count()
	h.NoAnswerTimeoutMin, h.NoAnswerTimeoutMax = seconds(timeouts.min), seconds(timeouts.max)
	h.NoAnswerTimeoutMean = seconds(timeouts.mean())
	f.HuntGroups = &h
	return nil
}
