package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
)

type softwareVersion struct {
	Version   string   `usage:"version"`
	Source    string   `usage:"source"`
	BuildDate sdk.Date `usage:"build_date"`
}

// softwareVersion is the software that runs: what it tells of itself, else what the file says that is installed.
func (m *mcu) softwareVersion(ctx context.Context, _ sdk.Period) (v softwareVersion, err error) {
	v.Version, v.Source, err = m.first(ctx, source{"snmp", m.running}, source{"file", m.installed})
	if err != nil {
		return v, err
	}
	var lacking sdk.Lacking
	v.BuildDate, err = m.buildDate(ctx)
	lacking.Add(err, "build_date")
	return v, lacking.Err()
}

// buildDate is that of the software that runs.
func (m *mcu) buildDate(ctx context.Context) (sdk.Date, error) {
	text, err := m.told(ctx, func(i identity) string { return i.BuildDate })
	if err != nil {
		return sdk.Date{}, err
	}
	return built(text)
}
