package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// plugin starts the plugin twice: to describe itself, and to read each category.
func (i Installation) plugin(ctx context.Context, now time.Time, unfit error) []Finding {
	var why string
	switch {
	case unfit != nil:
		why = "not started: its binary is not as it must be"
	case i.Starts.SetAside:
		why = "not started: it is set aside"
	}
	if why != "" {
		return notStarted(why)
	}
	within, cancel, err := i.Reading(ctx)
	if err != nil {
		return notStarted(notNow(err))
	}
	defer cancel()
	found := append([]Finding{i.describes(within)}, i.sources(within, now)...)
	if closed := context.Cause(within); errors.Is(closed, window.ErrClosed) { // and what failed, failed because of that
		return notStarted(notNow(closed))
	}
	return found
}

func notNow(why error) string { return "not tried: " + why.Error() + "; `usagedata check --now` does" }

func notStarted(why string) []Finding {
	return []Finding{skipped("plugin", why), skipped("sources", why)}
}

// describes compares the categories that the plugin sends with those that the profile approves.
func (i Installation) describes(ctx context.Context) Finding {
	description, err := i.Host.Describe(ctx)
	if err == nil {
		err = differs(i.Settings.Installed.Profile, description)
	}
	return tried("plugin", "starts, speaks, sends what the profile approves", err)
}

func differs(p profile.Profile, d *pluginpb.DescribeResponse) error {
	described := map[string]bool{}
	for _, c := range d.GetCategories() {
		described[c.GetName()] = true
	}
	for _, c := range p.Categories {
		if !described[c.Name] {
			return fmt.Errorf("the plugin does not send category %s of the profile", c.Name)
		}
	}
	if len(described) != len(p.Categories) {
		return errors.New("the plugin sends categories that the profile does not approve: they are dropped")
	}
	return nil
}

// sources reads every category once and lists those that could be read, with the fields that they lack.
func (i Installation) sources(ctx context.Context, now time.Time) []Finding {
	collected, err := i.Host.Collect(ctx, usage.LastPeriod(now), nil)
	if err != nil {
		return []Finding{failed("sources", err)}
	}
	missing := map[string]usage.Reason{}
	for _, o := range collected.Omissions {
		missing[o.Name()] = o.Reason
	}
	var found []Finding
	for _, c := range i.Settings.Installed.Profile.Categories {
		part := "plugin/" + c.Name
		if reason, lacks := missing[c.Name]; lacks {
			found = append(found, unread(part, reason))
		} else {
			found = append(found, works(part, "read"))
		}
		for _, f := range c.Fields {
			if reason := missing[c.Name+"."+f.Name]; reason != usage.Unexplained {
				found = append(found, unread(part+"/"+f.Name, reason))
			}
		}
	}
	return found
}

// unread is the finding for a category or a field that could not be read.
func unread(part string, reason usage.Reason) Finding {
	switch reason {
	case usage.NotConfigured, usage.Inapplicable, usage.NotOnRelease, usage.NotOnMachine,
		usage.MoreThanListed:
		return skipped(part, reason.Sentence())
	case usage.Misconfigured:
		return failed(part, usage.WithHint(errors.New(reason.Sentence()),
			"sources in the configuration, and the files that they name; the log says which setting and why"))
	}
	return failed(part, errors.New(reason.Sentence()))
}
