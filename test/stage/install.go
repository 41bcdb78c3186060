package stage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// blackoutLine matches the blackout in every profile of this repository.
var blackoutLine = regexp.MustCompile(`(?m)^blackout: \{.*\}$`)

// install copies the built product into the stage's own products folder, with the blackout of the
// plan. The installed original is not changed.
func (s *Stage) install(plan Plan) error {
	from := filepath.Join(plan.Bin, "products", plan.Product)
	to := filepath.Join(s.products(), plan.Product)
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	profile, err := os.ReadFile(filepath.Join(from, "profile.yaml"))
	if err != nil {
		return fmt.Errorf("%w: is %s built?", err, plan.Product)
	}
	if plan.Blackout != "" {
		if !blackoutLine.Match(profile) {
			return errors.New("the profile has no blackout line")
		}
		profile = blackoutLine.ReplaceAll(profile, []byte("blackout: "+plan.Blackout))
	}
	if err := os.WriteFile(filepath.Join(to, "profile.yaml"), profile, 0o644); err != nil {
		return err
	}
	for name, mode := range map[string]os.FileMode{"plugin": 0o755, "plugin.sha256": 0o644} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, mode); err != nil {
			return err
		}
	}
	return nil
}
