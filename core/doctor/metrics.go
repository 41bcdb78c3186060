package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/usage"
)

const metricsKey = "metrics"

// metrics examines the folder of the figures for node_exporter. Unlike the service's own folders,
// nothing makes it, and another user reads it.
func (i Installation) metrics(folder string, unwritable error) error {
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = fmt.Errorf("%s does not exist", folder)
	case err == nil && !info.IsDir():
		err = fmt.Errorf("%s is not a folder", folder)
	case errors.Is(unwritable, unix.EROFS):
		return unwritable
	case unwritable != nil:
		err = errors.New(usage.Plain(unwritable))
	default:
		return err
	}
	return usage.WithHint(err, fmt.Sprintf("give the figures a folder that node_exporter reads: install -d -o %s "+
		"-m 0755 FOLDER; a unit of systemd also needs ReadWritePaths=FOLDER", account()))
}
