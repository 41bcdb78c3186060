package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// Category is a named collector.
type Category struct {
	name  string
	check func(profile.Category) []error
	read  func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category
}

// NewCategory returns a [Category]. check compares the collector's struct with the profile, and
// read runs the collector.
func NewCategory(name string, check func(profile.Category) []error,
	read func(context.Context, usage.Period, *slog.Logger) *pluginpb.Category) Category {
	return Category{name, check, read}
}

// check compares the categories of a plugin with its profile, in both directions, and returns an
// error for each difference.
func (s *server) check(categories []Category) error {
	var found []error
	seen := map[string]bool{}
	for _, c := range categories {
		if seen[c.name] {
			found = append(found, fmt.Errorf("category %s has two collectors", c.name))
		}
		seen[c.name] = true
		declared, ok := s.Profile.Find(c.name)
		if !ok {
			found = append(found, fmt.Errorf("category %s is not in the profile", c.name))
			continue
		}
		found = append(found, c.check(declared)...)
	}
	for _, declared := range s.Profile.Categories {
		if !seen[declared.Name] {
			found = append(found, fmt.Errorf("category %s of the profile has no collector", declared.Name))
		}
	}
	return errors.Join(found...)
}

// Missing returns the message about a category that was not read.
func Missing(name string, reason usage.Reason) *pluginpb.Category {
	if reason == usage.Inapplicable {
		return &pluginpb.Category{Name: name,
			Outcome: &pluginpb.Category_NotApplicable{NotApplicable: &pluginpb.NotApplicable{}}}
	}
	return &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_NotAvailable{
		NotAvailable: &pluginpb.NotAvailable{Reason: string(reason)},
	}}
}
