package scene

import (
	"cmp"
	"fmt"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
)

// released plays [Good] with the last release of the product, in the same world and for the same
// period, and then once more with the product: what changed in the world since the first time is
// not a difference between the releases. Without a last release of this product, it plays nothing.
func released(s *Scenes, r *Recording, dir string) error {
	r.Stage = Collected
	if s.Baseline.Dir == "" || s.Baseline.Profile.ID != s.Product.Profile.ID {
		return nil
	}
	last := s.alone(s.Baseline, dir).Of(Good)
	switch {
	case last.Broke != nil:
		return last.Broke
	case last.Stage < Collected:
		return fmt.Errorf("the last release did not collect on this product, so there is nothing to compare with: %s",
			cmp.Or(last.State, "its stream ended early"))
	}
	*r, r.Scene = *last, Released
	if now := s.alone(s.Product, dir).Of(Good); now.Stage == Collected {
		r.More = append(r.More, now.Collect)
	}
	return nil
}

// alone returns scenes of another release, in the same world as far as its profile knows that.
func (s *Scenes) alone(p product.Installed, dir string) *Scenes {
	return New(s.ctx, Config{Product: p, World: s.World.known(p.Profile), Period: s.Period, Seed: s.Seed, Dir: dir})
}

// known returns the world without the sources and settings that a profile does not have: a release
// before they were added cannot be configured with them. Without a setting that it requires, a
// source is not configured.
func (w World) known(p profile.Profile) World {
	sources := map[string]any{}
	for name, configured := range w.Sources {
		source, known := p.Source(name)
		settings, _ := configured.(map[string]any)
		kept := map[string]any{}
		for _, setting := range source.Settings {
			if value, given := settings[setting.Name]; given {
				kept[setting.Name] = value
			} else if setting.Required {
				known = false
			}
		}
		if known {
			sources[name] = kept
		}
	}
	w.Sources = sources
	return w
}
