package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type licenseInformation struct {
	SerialNumber     string           `json:"serialNumber" usage:"serial_number"`
	HostID           string           `json:"hostId" usage:"host_id"`
	Host             string           `json:"hostName" usage:"host"`
	LicensingStatus  platformapi.Word `json:"licensingStatus" usage:"licensing_status"`
	ConnectionStatus platformapi.Word `json:"connectionStatus" usage:"connection_status"`
	LastSuccess      time.Time        `json:"-" usage:"last_success"`
	LicensedCalls    *int64           `json:"licensedCalls" usage:"licensed_calls"`
	BurstAvailable   *bool            `json:"licensingBurstAvailable" usage:"burst_available"`
	BurstEnabled     *bool            `json:"licensingBurstEnabled" usage:"burst_enabled"`
	Features         []licenseFeature `json:"-" usage:"features"`
}

type licenseFeature struct {
	Name           string    `json:"name" usage:"name"`
	Counted        *bool     `json:"counted" usage:"counted"`
	Count          *int64    `json:"count" usage:"count"`
	Perpetual      *bool     `json:"perpetual" usage:"perpetual"`
	StartDate      time.Time `json:"-" usage:"start_date"`
	ExpirationDate time.Time `json:"-" usage:"expiration_date"`
}

// licenseAnswer and featureAnswer are the product's answer, in which moments are texts.
type licenseAnswer struct {
	licenseInformation
	LastSuccessful platformapi.Moment                `json:"lastSuccessfulDate"`
	List           platformapi.Listed[featureAnswer] `json:"plcmLicenseFeatureList"`
}

type featureAnswer struct {
	licenseFeature
	Start      platformapi.Moment `json:"startDate"`
	Expiration platformapi.Moment `json:"expirationDate"`
}

// license reports the states in the product's words: the host makes other of one that the profile
// does not list. The scheme of licensing is not read: no public source lists its values.
func (d *dma) license(ctx context.Context, _ sdk.Period) (licenseInformation, error) {
	read, err := platformapi.Read[licenseAnswer](ctx, d.api, licenseStatus)
	l := read.licenseInformation
	l.LastSuccess = read.LastSuccessful.Time
	if read.List != nil { // none is an empty list, not known is no list
		l.Features = make([]licenseFeature, 0, len(read.List))
	}
	for _, f := range read.List {
		f.StartDate, f.ExpirationDate = f.Start.Time, f.Expiration.Time
		l.Features = append(l.Features, f.licenseFeature)
	}
	return l, err
}
