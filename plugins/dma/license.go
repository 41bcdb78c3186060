package main

import (
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type licenseInformation struct {
	SerialNumber     string           `json:"serialNumber" usage:"serial_number"`
	HostID           string           `json:"hostId" usage:"host_id"`
	Host             string           `json:"hostName" usage:"host"`
	LicensingScheme  string           `json:"licensingScheme" usage:"licensing_scheme"`
	LicensingStatus  string           `json:"licensingStatus" usage:"licensing_status"`
	ConnectionStatus string           `json:"connectionStatus" usage:"connection_status"`
	LastSuccess      string           `json:"lastSuccessfulDate" usage:"last_success"`
	LicensedCalls    *int64           `json:"licensedCalls" usage:"licensed_calls"`
	BurstAvailable   *bool            `json:"licensingBurstAvailable" usage:"burst_available"`
	BurstEnabled     *bool            `json:"licensingBurstEnabled" usage:"burst_enabled"`
	Features         []licenseFeature `json:"plcmLicenseFeatureList" usage:"features"`
}

type licenseFeature struct {
	Name           string `json:"name" usage:"name"`
	Counted        *bool  `json:"counted" usage:"counted"`
	Count          *int64 `json:"count" usage:"count"`
	Perpetual      *bool  `json:"perpetual" usage:"perpetual"`
	StartDate      string `json:"startDate" usage:"start_date"`
	ExpirationDate string `json:"expirationDate" usage:"expiration_date"`
}

func (d *dma) license(ctx context.Context, _ sdk.Period) (licenseInformation, error) {
	return platformapi.Read[licenseInformation](ctx, d.api, licenseStatus)
}
