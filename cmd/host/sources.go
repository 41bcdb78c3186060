package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// checkPlugin starts the plugin and compares what it says it sends with what the profile approves.
func (s *service) checkPlugin(ctx context.Context) finding {
	f := finding{what: "plugin"}
	description, err := s.host.Describe(ctx)
	if err != nil {
		f.err = err
		return f
	}
	f.err = differs(s, description)
	f.told = "starts, speaks, sends what the profile approves"
	return f
}

func differs(s *service, d *pluginpb.DescribeResponse) error {
	p := s.settings.Installed.Profile
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

// checkSources reads every category once and says what could be read.
func (s *service) checkSources(ctx context.Context) []finding {
	collected, err := s.host.Collect(ctx, usage.LastPeriod(time.Now()), nil)
	if err != nil {
		return []finding{{what: "sources", err: err}}
	}
	missing := map[string]usage.Reason{}
	for _, o := range collected.Omissions {
		missing[o.Name()] = o.Reason
	}
	var found []finding
	for _, c := range s.settings.Installed.Profile.Categories {
		found = append(found, foundOf("  "+c.Name, c.Name, missing))
		for _, f := range c.Fields {
			if name := c.Name + "." + f.Name; missing[name] != "" {
				found = append(found, foundOf("    "+f.Name, name, missing))
			}
		}
	}
	return found
}

// foundOf says what is known of a category or field.
func foundOf(what, name string, missing map[string]usage.Reason) finding {
	reason, ok := missing[name]
	if !ok {
		return finding{what: what, told: "read"}
	}
	f := finding{what: what, told: reason.Sentence()}
	f.skipped = reason == usage.NotConfigured || reason == usage.Inapplicable || reason == usage.NotOnRelease
	if !f.skipped {
		f.err = errors.New(f.told)
	}
	return f
}
