package sysinfo

import (
	"errors"
	"fmt"
	"io/fs"

	"polycom.com/usagedata/core/sdk"
)

// The firmware's data about the machine on x86, and the serial number on other machines.
const (
	dmi        = "sys/class/dmi/id/"
	deviceTree = "sys/firmware/devicetree/base/serial-number"
)

// SerialNumber returns the machine's serial number from its firmware or hypervisor. Only root can
// read it.
func SerialNumber(env sdk.Env) (string, error) {
	serial, err := machine{env}.serial(dmi+"product_serial", dmi+"chassis_serial", deviceTree)
	if err != nil {
		return "", fmt.Errorf("read the machine's serial number: %w", err)
	}
	return serial, nil
}

// serial returns the first serial number in the files. If there is no number, the error is
// [fs.ErrPermission] if one of the files may not be read. Otherwise the machine was never given a
// number.
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
