package product

import (
	"fmt"
	"os"
	"path/filepath"
)

// Checksums returns the SHA-256 of each plain file of the folder, in hexadecimal, by its name. It
// follows links to files, and leaves out folders, devices and other entries.
func Checksums(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		sum, err := sumOf(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", e.Name(), err)
		}
		sums[e.Name()] = fmt.Sprintf("%x", sum)
	}
	return sums, nil
}
