package sysinfo

import (
	"errors"
	"fmt"
	"io/fs"

	"polycom.com/usagedata/core/sdk"
)

// dmi is what the firmware of x86 says of the machine, deviceTree the serial number of others.
const (
	dmi        = "sys/class/dmi/id/"
	deviceTree = "sys/firmware/devicetree/base/serial-number"
)

// SerialNumber is the machine's serial number, as its firmware or its hypervisor tells it. It can be read by root only.
func SerialNumber(env sdk.Env) (string, error) {
	serial, err := machine{env}.serial(dmi+"product_serial", dmi+"chassis_serial", deviceTree)
	if err != nil {
		return "", fmt.Errorf("read the machine's serial number: %w", err)
	}
	return serial, nil
}

// serial is the first of the files that has one. If none has, one that may not be read is the reason, else the machine
// has no number: nobody gave it one.
func (m machine) serial(paths ...string) (string, error) {
	reason := sdk.NotAvailable(sdk.NotOnMachine)
	for _, path := range paths {
		text, err := m.readWord(path)
		if err == nil && IsSerial(text) {
			return text, nil
		}
		if errors.Is(err, fs.ErrPermission) {
			reason = fs.ErrPermission
		}
	}
	return "", reason
}
