package sysinfo

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"polycom.com/usagedata/core/sdk"
)

// SerialNumber is the machine's serial number, as its firmware or its hypervisor tells it. It can be read by root only.
func SerialNumber(env sdk.Env) (string, error) {
	reason := fs.ErrNotExist
	for _, name := range []string{"product_serial", "chassis_serial"} {
		text, err := machine{env}.read("sys/class/dmi/id/"+name, maxWord)
		if serial := strings.TrimSpace(string(text)); err == nil && IsSerial(serial) {
			return serial, nil
		}
		if errors.Is(err, fs.ErrPermission) {
			reason = fs.ErrPermission
		}
	}
	return "", fmt.Errorf("read the machine's serial number: %w", reason)
}
