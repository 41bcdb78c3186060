package statelayout

import (
	"errors"
	"fmt"
	"path/filepath"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// maxAnalytics bounds the document, in bytes, far above every product's limit.
const maxAnalytics = 1 << 20

// Analytics keeps the document that the collection point accepted last, byte for byte, for the
// administrator (VIEW-1).
type Analytics struct {
	disk durable.Disk
	path string
}

// Path returns the file.
func (a Analytics) Path() string { return a.path }

// Write replaces the document. A crash leaves the former one, or this. A folder is displaced only if
// the configured name is plainly that of a file: it could be any folder of the system.
func (a Analytics) Write(body []byte) error {
	info, err := a.disk.Lstat(a.path)
	if err == nil && info.IsDir() && filepath.Ext(a.path) != ".json" {
		return usage.WithHint(errors.New("write analytics.json: it is a folder"), "`analytics` must name a file")
	}
	if err := durable.WriteFile(a.disk, a.path, body, 0o640); err != nil {
		return fmt.Errorf("write analytics.json: %w", err)
	}
	return nil
}

// Read returns the document; fs.ErrNotExist if none was accepted yet.
func (a Analytics) Read() ([]byte, error) {
	body, _, err := durable.ReadFile(a.disk, a.path, maxAnalytics)
	return body, err
}
