package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/postgres"
)

type licenseInformation struct {
	license
	Features []licenseFeature `usage:"features"`
}

type license struct {
	SerialNumber         string   `column:"serial_number" usage:"serial_number"`
	State                string   `column:"state" usage:"state"`
	LicensedParticipants *int64   `column:"licensed_participants" usage:"licensed_participants"`
	ExpirationDate       sdk.Date `column:"expiration_date" usage:"expiration_date"`
}

// maxFeatures is how many the profile approves.
const maxFeatures = 64

type licenseFeature struct {
	Name           string   `column:"name" usage:"name"`
	Counted        *bool    `column:"counted" usage:"counted"`
	Count          *int64   `column:"count" usage:"count"`
	Perpetual      *bool    `column:"perpetual" usage:"perpetual"`
	StartDate      sdk.Date `column:"start_date" usage:"start_date"`
	ExpirationDate sdk.Date `column:"expiration_date" usage:"expiration_date"`
}

func (w *webSuite) license(ctx context.Context, _ sdk.Period) (l licenseInformation, err error) {
	if l.license, err = postgres.Row[license](ctx, w.views(ctx), "license"); err != nil {
		return l, err
	}
	var lacking sdk.Lacking
	l.Features, err = postgres.List[licenseFeature](ctx, w.views(ctx), "license_features", maxFeatures)
	lacking.Add(err, "features")
	return l, lacking.Err()
}
