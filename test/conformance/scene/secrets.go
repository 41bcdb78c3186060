package scene

import (
	"os"
	"slices"
	"strings"

	"polycom.com/usagedata/core/profile"
)

// leastSecret is the least that is looked for: what is shorter stands in many a text by chance.
const leastSecret = 8

// secrets are the lines of the files of secret settings, and what follows a user's name in them. A file that is not
// there has none.
func (w World) secrets(p profile.Profile) (all []string) {
	w.visit(p, func(kind profile.SettingKind, value string) string {
		if kind == profile.SettingSecret {
			text, _ := os.ReadFile(value)
			all = append(all, secretsIn(string(text))...)
		}
		return value
	})
	return all
}

func secretsIn(text string) (all []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		_, password, _ := strings.Cut(line, ":")
		for _, secret := range []string{password, line} {
			if len(secret) >= leastSecret && !slices.Contains(all, secret) {
				all = append(all, secret)
			}
		}
	}
	return all
}
