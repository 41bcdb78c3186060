package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"polycom.com/usagedata/core/pluginhost"
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
		why = "not started: its binary cannot be trusted, see above"
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
	if closed := context.Cause(within); errors.Is(closed, window.ErrClosed) { // which caused every failure
		return notStarted(notNow(closed))
	}
	return found
}

func notNow(why error) string { return "not tried: " + why.Error() + "; `usagedata check --now` does" }

func notStarted(why string) []Finding {
	return []Finding{skipped("plugin", why), skipped("sources", why)}
}

// describes compares the plugin's description of itself with the profile.
func (i Installation) describes(ctx context.Context) Finding {
	description, err := i.Host.Describe(ctx)
	if err != nil {
		return failed("plugin", err)
	}
	return fits(i.Settings.Installed.Profile, description)
}

// fits compares the categories that the plugin sends with those that the profile approves, and
// warns if the plugin was built with another version of the profile.
func fits(p profile.Profile, d *pluginpb.DescribeResponse) Finding {
	found := tried("plugin", "starts, and sends the categories that the profile approves", differs(p, d))
	if version := d.GetProfileVersion(); found.State == OK && int(version) != p.Version {
		found.State, found.Hint = Warn,
			"install the product's package again; if the warning stays, report it to the vendor"
		found.Says += fmt.Sprintf("; it was built with profile %d, but profile %d is installed", version, p.Version)
	}
	return found
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

// sources reads every category once and lists those that could be read, with the fields that they
// lack.
func (i Installation) sources(ctx context.Context, now time.Time) []Finding {
	var misset missetSources
	i.Host.Misconfigured = misset.note
	decision, _ := i.Decision.Read() // one that cannot be read leaves out nothing
	collected, err := i.Host.Collect(ctx, usage.LastPeriod(now), decision.LeftOut, pluginhost.Former{})
	found := misset.findings()
	if err != nil {
		return append(found, failed("sources", err))
	}
	known := len(found) > 0
	missing := map[string]usage.Reason{}
	for _, o := range collected.Omissions {
		missing[o.Name()] = o.Reason
	}
	for _, c := range i.Settings.Installed.Profile.Categories {
		part := "plugin/" + c.Name
		if reason, lacks := missing[c.Name]; lacks {
			found = append(found, unread(part, reason, known))
		} else {
			found = append(found, works(part, "read"))
		}
		for _, f := range c.Fields {
			if reason := missing[c.Name+"."+f.Name]; reason != usage.Unexplained {
				found = append(found, unread(part+"/"+f.Name, reason, known))
			}
		}
	}
	return found
}

// missetSources gathers why the plugin cannot use sources. Another goroutine reads the plugin's log
// lines and calls note.
type missetSources struct {
	mu    sync.Mutex
	cause map[string]string // by source
}

func (m *missetSources) note(source, cause string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cause == nil {
		m.cause = map[string]string{}
	}
	m.cause[source] = cause
}

// findings returns one finding for each source, instead of one for each field of it.
func (m *missetSources) findings() (found []Finding) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, source := range slices.Sorted(maps.Keys(m.cause)) {
		f := Finding{Part: "source " + source, State: Fail, Says: cmp.Or(m.cause[source], "a setting can't be used"),
			Hint: "correct sources." + source + " in the configuration, or the files that it names"}
		found = append(found, f)
	}
	return found
}

// unread returns the finding for a category or a field that could not be read. If its source has a
// finding that gives the reason, it only refers to that.
func unread(part string, reason usage.Reason, known bool) Finding {
	switch {
	case !reason.IsFailure():
		return skipped(part, reason.Sentence())
	case reason == usage.Misconfigured && known:
		return failed(part, errors.New("not available: its source can't be used, see above"))
	case reason == usage.Misconfigured:
		return failed(part, usage.WithHint(errors.New(reason.Sentence()),
			"correct the sources in the configuration, or the files that they name; `usagedata check --verbose` "+
				"shows the plugin's messages"))
	}
	return failed(part, errors.New(reason.Sentence()))
}
