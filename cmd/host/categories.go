package main

import (
	"errors"
	"fmt"
	"slices"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// categories are those that the flags of an allow leave out or include again.
type categories struct{ with, without []string }

var errNotAllowing = usage.WithHint(errors.New("--with and --without choose categories only when allowing"),
	"for example `usagedata consent allow --without CATEGORY`")

func (c categories) none() bool { return len(c.with)+len(c.without) == 0 }

// leftOut returns the categories that an allow leaves out: those that the former decision leaves out
// and those of --without, but none of --with.
func (c categories) leftOut(p profile.Profile, former consent.Decision) ([]string, error) {
	if err := p.CheckOptional(slices.Concat(c.without, c.with)); err != nil {
		return nil, err
	}
	for _, name := range c.with {
		if slices.Contains(c.without, name) {
			return nil, usage.WithHint(fmt.Errorf("category %s is given with --with and with --without", name),
				"give it once")
		}
	}
	return slices.DeleteFunc(slices.Concat(former.LeavesOut(p), c.without), func(name string) bool {
		return slices.Contains(c.with, name)
	}), nil
}
