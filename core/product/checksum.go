package product

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"polycom.com/usagedata/core/usage"
)

// ChecksumName is the name of the plugin's checksum in a product's folder: one line in the format
// of sha256sum, so that an administrator can check it with that program.
const ChecksumName = "plugin.sha256"

// ErrChecksum means that the plugin is not the binary that was installed.
var ErrChecksum = usage.WithHint(errors.New("the plugin is not the one that was installed: its checksum differs"),
	"install the product's package again")

// checksumLine matches the lines that sha256sum --check accepts: hexadecimal digits in either case,
// in text or binary mode.
var checksumLine = regexp.MustCompile(`^([0-9a-fA-F]{64}) [ *]` + PluginName + `\n?$`)

// WriteChecksum writes the checksum of the plugin into the folder, as a packager does.
func WriteChecksum(dir string) error {
	plugin, err := os.Open(filepath.Join(dir, PluginName))
	if err != nil {
		return err
	}
	defer plugin.Close()
	sum, err := sumOf(plugin)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, ChecksumName), formatChecksum(sum), 0o644)
}

func formatChecksum(sum [sha256.Size]byte) []byte {
	return fmt.Appendf(nil, "%x  %s\n", sum, PluginName)
}

func readChecksum(dir string) (sum [sha256.Size]byte, err error) {
	path := filepath.Join(dir, ChecksumName)
	line, err := os.ReadFile(path)
	if err != nil {
		return sum, fmt.Errorf("read checksum: %w", err)
	}
	sum, ok := parseChecksum(line)
	if !ok {
		return sum, fmt.Errorf("read checksum %s: must be one line of sha256sum for %s", path, PluginName)
	}
	return sum, nil
}

func parseChecksum(line []byte) (sum [sha256.Size]byte, ok bool) {
	match := checksumLine.FindSubmatch(line)
	if match == nil {
		return sum, false
	}
	_, err := hex.Decode(sum[:], match[1])
	return sum, err == nil
}

// Compare reads the plugin's binary, and returns [ErrChecksum] if it is not the installed one.
func (p Installed) Compare(plugin io.Reader) error {
	sum, err := sumOf(plugin)
	if err != nil {
		return fmt.Errorf("read plugin: %w", err)
	}
	if sum != p.Sum {
		return ErrChecksum
	}
	return nil
}

func sumOf(r io.Reader) (sum [sha256.Size]byte, err error) {
	hash := sha256.New()
	_, err = io.Copy(hash, r)
	return [sha256.Size]byte(hash.Sum(nil)), err
}
