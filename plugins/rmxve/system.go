package main

import (
	"context"
	"fmt"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

type system struct {
	SerialNumber string `usage:"serial_number"`
}

// system is the serial number: that of the product where its file is configured, else that of the machine. A file that
// is configured and can't be read is not made up for by the machine's number, which is another one.
func (m *mcu) system(context.Context, sdk.Period) (system, error) {
	if m.at.SerialFile == "" {
		serial, err := sysinfo.SerialNumber(m.env)
		return system{serial}, err
	}
	text, err := m.file("serial number", m.at.SerialFile)
	if err != nil {
		return system{}, err
	}
	serial := strings.TrimSpace(text)
	if !sysinfo.IsSerial(serial) {
		return system{}, fmt.Errorf("read the serial number: %w", sdk.NotAvailable(sdk.Malformed))
	}
	return system{serial}, nil
}
