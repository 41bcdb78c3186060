package pluginhost

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"polycom.com/usagedata/core/profile"
)

// openChecked opens the plugin's binary, if nobody but those who may could have changed what is installed, and compares
// its checksum with the installed one. The open file is what gets executed, so a file that is swapped afterwards is
// never run.
func openChecked(product profile.Product) (*os.File, error) {
	f, err := product.OpenPlugin()
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		f.Close()
		return nil, fmt.Errorf("read plugin: %w", err)
	}
	if [sha256.Size]byte(hash.Sum(nil)) != product.Sum {
		f.Close()
		return nil, ErrChecksum
	}
	return f, nil
}
