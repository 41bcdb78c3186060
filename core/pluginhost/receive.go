package pluginhost

import (
	"context"
	"errors"
	"io"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// The errors that a plugin can make in its stream.
var (
	errTwice      = errors.New("it sent a category twice")
	errUndeclared = errors.New("it sent a category that the profile does not have")
	errTruncated  = errors.New("its stream ended without the End message")
	errMiscounted = errors.New("its End message counts another number of categories than it sent")
	errAfterEnd   = errors.New("it sent more after the End message")
	errEmptyStep  = errors.New("it sent an empty message")
)

// received collects the categories of a stream, each at most once.
type received struct {
	profile profile.Profile
	got     map[string]bool
	sent    Collected
	ended   *pluginpb.End // nil if the stream did not end properly
}

func newReceived(p profile.Profile) *received {
	return &received{profile: p, got: map[string]bool{}}
}

// collect reads the stream until its end, an error or the deadline.
func (r *running) collect(ctx context.Context, period usage.Period, into *received) error {
	stream, err := r.client.Collect(ctx, &pluginpb.CollectRequest{
		Start:   timestamppb.New(period.Start),
		End:     timestamppb.New(period.End),
		LeftOut: into.profile.LeftOut(),
	})
	if err != nil {
		return err
	}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return errTruncated
		}
		if err != nil {
			return err
		}
		switch step := response.GetStep().(type) {
		case *pluginpb.CollectResponse_Category:
			if err := into.add(step.Category); err != nil {
				return err
			}
		case *pluginpb.CollectResponse_End:
			return into.end(step.End, stream.Recv)
		default:
			return errEmptyStep
		}
	}
}

// end checks that the stream is complete and that nothing follows.
func (r *received) end(end *pluginpb.End, next func() (*pluginpb.CollectResponse, error)) error {
	if int(end.GetCategories()) != len(r.got) {
		return errMiscounted
	}
	switch _, err := next(); {
	case err == nil:
		return errAfterEnd
	case !errors.Is(err, io.EOF):
		return err
	}
	r.ended = end
	return nil
}

// add takes one category. One that is left out is dropped here, before anything looks at it, because
// a plugin need not do as it is told; one that was made before there was a choice sends it.
func (r *received) add(c *pluginpb.Category) error {
	declared, ok := r.profile.Find(c.GetName())
	if !ok {
		return errUndeclared
	}
	if r.got[c.GetName()] {
		return errTwice
	}
	r.got[c.GetName()] = true
	if declared.LeftOut {
		r.sent.Unasked++
		return nil
	}
	switch outcome := c.GetOutcome().(type) {
	case *pluginpb.Category_Record:
		r.sent.Observations = append(r.sent.Observations, wire.Observations(c.GetName(), outcome.Record)...)
		r.addMissing(c, outcome.Record)
	case *pluginpb.Category_NotApplicable:
		r.omit(c.GetName(), usage.Inapplicable)
	default:
		r.omit(c.GetName(), usage.FromPlugin(c.GetNotAvailable().GetReason()))
	}
	return nil
}

// addMissing records the gaps of a record: the first reason for each field that the profile has and
// the record lacks, and for each such part of a field that is present. A list may be present and
// still lack entries.
func (r *received) addMissing(c *pluginpb.Category, record *pluginpb.Record) {
	reasons := map[string]usage.Reason{}
	for _, m := range c.GetMissing() {
		if _, given := reasons[m.GetField()]; !given {
			reasons[m.GetField()] = usage.FromPlugin(m.GetReason())
		}
	}
	declared, _ := r.profile.Find(c.GetName())
	r.addMissingFields(usage.Omission{Category: c.GetName()}, declared.Fields, record, reasons)
}

// addMissingFields goes through the fields of the category, or the parts of the field in parent.
// Only a field can be inapplicable.
func (r *received) addMissingFields(parent usage.Omission, fields []profile.Field, record *pluginpb.Record,
	reasons map[string]usage.Reason) {
	for _, f := range fields {
		omission := parent
		omission.Field = strings.TrimPrefix(parent.Field+"."+f.Name, ".")
		value, present := record.GetFields()[f.Name]
		reason, given := reasons[omission.Field]
		omission.Reason = reason
		switch {
		case given && (!present || f.List > 0) && (reason != usage.Inapplicable || !present && parent.Field == ""):
			r.sent.Omissions = append(r.sent.Omissions, omission)
		case present && f.List == 0:
			r.addMissingFields(omission, f.Fields, value.GetRecord(), reasons)
		}
	}
}

func (r *received) omit(category string, reason usage.Reason) {
	r.sent.Omissions = append(r.sent.Omissions, usage.Omission{Category: category, Reason: reason})
}

// result adds the categories that did not arrive, and those that are left out.
func (r *received) result(err error) Collected {
	reason := usage.NotSent
	if err != nil {
		reason = usage.PluginFailed
	}
	for _, c := range r.profile.Categories {
		switch {
		case c.LeftOut:
			r.omit(c.Name, usage.LeftOut)
		case !r.got[c.Name]:
			r.omit(c.Name, reason)
		}
	}
	return r.sent
}
