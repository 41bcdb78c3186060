// Package pluginhost runs a product's plugin for one cycle: it starts the verified binary as a
// process of its own, calls it over gRPC within limits of time and size, and stops it together with
// all processes that it started. Whatever the plugin does, the host gets the data that has arrived
// and an error in the host's own words, which never contain the plugin's.
//
// If the host crashes, the plugin is killed too (by its parent-death signal, and by a lifeline that
// the SDK watches); the next start removes the files that a crash leaves in the run folder.
package pluginhost

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"polycom.com/usagedata/core/counters"
	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Limits on the conversation in addition to those of the profile.
const (
	startLimit    = 15 * time.Second // from the process's start to its first answer
	describeLimit = 10 * time.Second
	stopLimit     = 3 * time.Second
	maxMessage    = 1 << 20 // bytes of one category; the largest real one has some 20 KB
)

// Host runs the plugin of one product.
type Host struct {
	Product product.Installed
	Run     string         // folder for the plugin's sockets; /run/usagedata on an appliance
	Root    string         // the file system that the plugin reads; /
	Sources map[string]any // as the administrator configured them; already checked
	Log     hclog.Logger
	Scrub   func(string) string // scrubs the plugin's log lines; if it is nil, they are dropped and counted
	// Misconfigured is called with each source that the plugin cannot use as configured, and with
	// the cause, scrubbed; it may be nil.
	Misconfigured func(source, cause string)
	Seen          *product.Seen // for a host that lasts; nil compares the plugin with its checksum at each start

	describedVersion int32 // the profile version that Describe returned

	startTimeout time.Duration // instead of startLimit, for tests
	keepPriority bool          // whether the plugin keeps the host's priority, for tests that measure
	// whether the plugin may start processes, for tests: as on a kernel that cannot prevent it
	allowChildren bool
}

// Collected is the data that a plugin sent in one cycle.
type Collected struct {
	Version      usage.Value // the plugin's own, raw like everything from it
	Observations []usage.Observation
	Omissions    []usage.Omission
	Carryover    *Carryover        // to be passed to the next Collect
	Counters     counters.Counters // likewise
	// Unasked is how many of the categories that are left out the plugin sent all the same. They were
	// dropped.
	Unasked int
}

// Collect starts the plugin, reads every category once except those that are left out, and stops it.
// The plugin is told not to read them, and what it sends of them is dropped. former is what the last
// Collect returned for this one. If Collect returns an error, it also returns the categories that arrived
// before the error; it lists the others as omitted, and returns neither a [Carryover] nor counters.
func (h *Host) Collect(ctx context.Context, period usage.Period, leftOut []string, former Former) (Collected, error) {
	ctx, cancel := context.WithTimeout(ctx, h.Product.Profile.Limits.Collect)
	defer cancel()
	running, err := h.start(ctx)
	if err != nil {
		return Collected{}, h.wrap("start", err)
	}
	defer running.stop()
	asked := h.Product.Profile.LeavingOut(leftOut)
	description, err := running.describe(ctx, h, former.without(asked))
	if err != nil {
		return Collected{}, h.wrap("describe", running.explain(err))
	}
	h.logVersionMismatch(description)
	received := newReceived(asked)
	err = running.collect(ctx, period, received)
	collected := received.result(err)
	collected.Version = usage.Raw(description.GetPluginVersion())
	if collected.Unasked > 0 {
		h.Log.Warn("plugin sent categories that the administrator left out, which were dropped",
			"categories", collected.Unasked)
	}
	if err != nil {
		return collected, h.wrap("collect", running.explain(err))
	}
	collected.Carryover, collected.Counters = h.carryoverFrom(received.ended), h.countersFrom(received.ended, asked)
	return collected, nil
}

// Describe starts the plugin, asks which categories it can send, and stops it. `usagedata check`
// uses it to try a plugin.
func (h *Host) Describe(ctx context.Context) (*pluginpb.DescribeResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit+describeLimit)
	defer cancel()
	running, err := h.start(ctx)
	if err != nil {
		return nil, h.wrap("start", err)
	}
	defer running.stop()
	description, err := running.describe(ctx, h, Former{})
	if err != nil {
		return nil, h.wrap("describe", running.explain(err))
	}
	h.describedVersion = description.GetProfileVersion()
	return description, nil
}

func (h *Host) wrap(step string, err error) error {
	return fmt.Errorf("%s plugin %s: %w", step, h.Product.Profile.ID, err)
}

// describe makes the first call. The product must be the requested one; the profile's version may
// differ, because the host enforces the installed profile.
func (r *running) describe(ctx context.Context, h *Host, former Former) (*pluginpb.DescribeResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, describeLimit)
	defer cancel()
	sources, err := structpb.NewStruct(h.Sources)
	if err != nil {
		return nil, errors.New("the configured sources cannot be sent")
	}
	request := &pluginpb.DescribeRequest{
		Root:                  h.Root,
		Sources:               sources,
		CollectorMilliseconds: h.Product.Profile.Limits.Collector.Milliseconds(),
	}
	h.remind(request, former)
	answer, err := r.client.Describe(ctx, request)
	if err != nil {
		return nil, err
	}
	if answer.GetProduct() != h.Product.Profile.ID {
		return nil, errors.New("it is the plugin of another product")
	}
	return answer, nil
}

// logVersionMismatch logs that the plugin was built with another version of the profile, unless the
// caller of [Host.Describe] already knows.
func (h *Host) logVersionMismatch(description *pluginpb.DescribeResponse) {
	version := description.GetProfileVersion()
	if int(version) != h.Product.Profile.Version && version != h.describedVersion {
		h.Log.Warn("plugin was built with another version of the profile", "plugin", version,
			"installed", h.Product.Profile.Version)
	}
}

// explain describes an error of the conversation in the host's words. A gRPC status carries the
// plugin's words, so only its code is used. If the process has ended, its exit status says more
// than the broken connection that follows.
func (r *running) explain(err error) error {
	if status.Code(err) == codes.Unavailable {
		r.process.waitExitStatus()
	}
	if how := r.process.exitCause(); how != "" {
		return fmt.Errorf("the plugin ended: %s", how)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return err
	}
	if s, ok := status.FromError(err); ok {
		return fmt.Errorf("the plugin answered with the error code %s", s.Code())
	}
	return err
}
