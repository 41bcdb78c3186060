package conformance

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// refuseLinks returns an error if the product's folder or one of its files is a symbolic link. A
// host refuses it, because a link could lead to a file that others own.
func refuseLinks(folder string) error {
	for _, name := range []string{"", profile.FileName, product.PluginName, product.ChecksumName} {
		info, err := os.Lstat(filepath.Join(folder, name))
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			continue // a missing file is reported when the product is opened
		}
		if name == "" {
			name = "the product's folder"
		}
		return usage.WithHint(fmt.Errorf("%s is a symbolic link, which a host refuses", name),
			"give a folder that holds the files themselves")
	}
	return nil
}
