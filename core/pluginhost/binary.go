package pluginhost

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
)

// openChecked opens the plugin's binary and compares its checksum with the installed one. The open file is what gets
// executed, so a file that is swapped afterwards is never run.
func openChecked(path string, sum [sha256.Size]byte) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		f.Close()
		return nil, fmt.Errorf("read plugin: %w", err)
	}
	if [sha256.Size]byte(hash.Sum(nil)) != sum {
		f.Close()
		return nil, ErrChecksum
	}
	return f, nil
}
