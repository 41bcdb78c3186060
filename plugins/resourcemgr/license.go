package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type licenseInformation struct {
	SerialNumber string `usage:"serial_number"`
	licenses
	Mode     string           `usage:"mode"`
	Features []licenseFeature `usage:"features"`
}

// licensing is a view that two categories are read from.
type licensing struct {
	SerialNumber string `column:"serial_number"`
	ReclaimDays  *int64 `column:"reclaim_days"`
}

type licenseFeature struct {
	Name           string   `column:"name" usage:"name"`
	Counted        *bool    `column:"counted" usage:"counted"`
	Count          *int64   `column:"count" usage:"count"`
	Perpetual      *bool    `column:"perpetual" usage:"perpetual"`
	StartDate      sdk.Date `column:"start_date" usage:"start_date"`
	ExpirationDate sdk.Date `column:"expiration_date" usage:"expiration_date"`
}

// maxFeatures is the profile's.
const maxFeatures = 64

// license reads how many licences are used from the SNMP agent, and the rest from the product's views.
func (m *manager) license(ctx context.Context, _ sdk.Period) (l licenseInformation, err error) {
	err = together(ctx, func(ctx context.Context, lacks *lacking) {
		read, err := m.objects(ctx)
		l.licenses, l.Mode = read.licenses, word(read.Mode, modes)
		lacks.add(err, "capability", "usage", "mode", "audio_endpoint_capability", "audio_endpoint_usage",
			"video_endpoint_capability", "video_endpoint_usage")
	}, func(ctx context.Context, lacks *lacking) {
		read, err := m.licensing(ctx)
		l.SerialNumber = read.SerialNumber
		lacks.add(err, "serial_number")
		l.Features, err = postgres.List[licenseFeature](ctx, m.views(ctx), "license_features", maxFeatures)
		lacks.add(err, "features")
	})
	return l, err
}
