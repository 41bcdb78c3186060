package statelayout

import (
	"errors"
	"fmt"
	"path/filepath"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// maxAnalytics bounds the document, in bytes; it is far above every product's limit.
const maxAnalytics = 1 << 20

// Analytics keeps the last document that the collection point accepted, byte for byte, for the
// administrator (VIEW-1).
type Analytics struct {
	disk durable.Disk
	path string
}

// Path returns the path of the file.
func (a Analytics) Path() string { return a.path }

// Write replaces the document. A crash leaves either the former document or this one. If there is a
// folder at the path, Write displaces it only if the configured name is plainly that of a file,
// because otherwise it could be any folder of the system.
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

// Read returns the document, or [fs.ErrNotExist] if no document has been accepted yet.
func (a Analytics) Read() ([]byte, error) {
	body, _, err := durable.ReadFile(a.disk, a.path, maxAnalytics)
	return body, err
}
