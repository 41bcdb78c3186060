package profile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/usage"
)

// Optional returns the names of the categories that the administrator can leave out, in the
// profile's order.
func (p Profile) Optional() []string {
	return p.names(func(c Category) bool { return c.Optional })
}

// LeftOut returns the names of the categories that are left out, in the profile's order.
func (p Profile) LeftOut() []string {
	return p.names(func(c Category) bool { return c.LeftOut })
}

func (p Profile) names(has func(Category) bool) (names []string) {
	for _, c := range p.Categories {
		if has(c) {
			names = append(names, c.Name)
		}
	}
	return names
}

// ErrNotOptional is returned for a category that the profile does not let the administrator leave
// out.
var ErrNotOptional = errors.New("this category cannot be left out")

// CheckOptional returns an error unless each of the names is that of an optional category. Its hint
// lists those.
func (p Profile) CheckOptional(names []string) error {
	for _, name := range names {
		if c, ok := p.Find(name); ok && c.Optional {
			continue
		}
		hint := "profile " + fmt.Sprint(p.Version) + " has no category that can be left out"
		if optional := p.Optional(); len(optional) > 0 {
			hint = "the categories that can be left out are: " + strings.Join(optional, ", ")
		}
		return usage.WithHint(fmt.Errorf("leave out %q: %w", name, ErrNotOptional), hint)
	}
	return nil
}

// LeavingOut returns the profile with these categories left out, whether or not they are optional.
// Nothing of them may leave the appliance, and no counter is kept for them. Names that the profile
// does not have are ignored. It does not change the lists of p.
func (p Profile) LeavingOut(names []string) Profile {
	out := func(name string) bool { return slices.Contains(names, name) }
	if !slices.ContainsFunc(p.Categories, func(c Category) bool { return out(c.Name) }) {
		return p
	}
	p = p.Withholding(func(at Place) bool { return !out(at.Category) })
	for i, c := range p.Categories {
		p.Categories[i].LeftOut = c.LeftOut || out(c.Name)
	}
	p.Counters = slices.DeleteFunc(slices.Clone(p.Counters), func(c Counter) bool {
		return c.Category != "" && out(c.Category)
	})
	return p
}
