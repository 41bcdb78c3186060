package planted

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// plant writes the changed file and an overlay for the go command into a folder, and returns the overlay's path.
func (b Bug) plant(root, folder string) (overlay string, err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return "", err
	}
	at := filepath.Join(root, b.File)
	text, err := os.ReadFile(at)
	if err != nil {
		return "", err
	}
	changed, err := b.apply(string(text))
	if err != nil {
		return "", err
	}
	instead := filepath.Join(folder, filepath.Base(b.File))
	if err := os.WriteFile(instead, []byte(changed), 0o600); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {at: instead}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}
