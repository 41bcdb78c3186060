package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
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
	BurstAvailable   *bool            `json:"licensingBurstAvailable" usage:"burst_available" optional:"documented"`
	BurstEnabled     *bool            `json:"licensingBurstEnabled" usage:"burst_enabled" optional:"documented"`
	Features         []licenseFeature `json:"-" usage:"features"`
	FromSNMP         []string         `json:"-" usage:"from_snmp"`
}

type licenseFeature struct {
	Name        string    `json:"name" usage:"name"`
	Counted     *bool     `json:"counted" usage:"counted"`
	Count       *int64    `json:"count" usage:"count"`
	Perpetual   *bool     `json:"perpetual" usage:"perpetual"`
	BorrowStart time.Time `json:"-" usage:"borrow_start"`
	BorrowEnd   time.Time `json:"-" usage:"borrow_end"`
}

// licenseAnswer and featureAnswer are the product's answer, in which times are texts.
type licenseAnswer struct {
	licenseInformation
	LastSuccessful platformapi.Moment `json:"lastSuccessfulDate" gives:"last_success" optional:"documented"`
	List           []featureAnswer    `json:"plcmLicenseFeatureList" gives:"features"`
}

type featureAnswer struct {
	licenseFeature
	Start      platformapi.Moment `json:"startDate"`
	Expiration platformapi.Moment `json:"expirationDate"`
}

// license reports the states as the product names them; the host replaces a state that the profile
// does not list by other. The licensing scheme is not read, because no public source lists its
// values. Version 1 of the answer has neither the serial number nor the calls: the newer licensing
// has the number elsewhere, and the agent has the calls.
func (d *dma) license(ctx context.Context, _ sdk.Period) (l licenseInformation, err error) {
	var lacks platformapi.Missing
	var serial reading[string]
	var agent agentLicense
	missing := sdk.Parallel(ctx, func(ctx context.Context, _ *sdk.Missing) {
		l, lacks = d.licenseStatus(ctx)
		l.SerialNumber = validSerial(lacks, l.SerialNumber)
		if l.SerialNumber == "" {
			serial = d.polySerial(ctx)
		}
	}, func(ctx context.Context, _ *sdk.Missing) {
		agent = d.agentLicense(ctx)
	})
	from := choice{missing, &l.FromSNMP}
	l.SerialNumber = first(from, "serial_number", fieldOf(l.SerialNumber, lacks, "serial_number"), serial)
	l.LicensingStatus = first(from, "licensing_status", fieldOf(l.LicensingStatus, lacks, "licensing_status"),
		agent.status)
	l.LicensedCalls = first(from, "licensed_calls", fieldOf(l.LicensedCalls, lacks, "licensed_calls"), agent.licensed)
	lacks.Into(missing)
	return l, missing.Err()
}

func (d *dma) licenseStatus(ctx context.Context) (licenseInformation, platformapi.Missing) {
	read, lacks := platformapi.Fields[licenseAnswer](ctx, d.api, licenseStatus)
	l := read.licenseInformation
	l.LastSuccess = read.LastSuccessful.Time
	if read.List != nil { // an empty list means no features, nil means unknown
		l.Features = make([]licenseFeature, 0, len(read.List))
	}
	for _, f := range read.List {
		if f.Count != nil && (*f.Count < 0 || sdk.IsSentinel(*f.Count)) {
			f.Count = nil
		}
		f.BorrowStart, f.BorrowEnd = f.Start.Time, f.Expiration.Time
		l.Features = append(l.Features, f.licenseFeature)
	}
	return l, lacks
}

// polySerial reads the serial number from the resource of releases with the newer licensing.
func (d *dma) polySerial(ctx context.Context) reading[string] {
	type status struct {
		SerialNumber string `json:"serialNumber" usage:"serial_number"`
	}
	read, lacks := platformapi.Fields[status](ctx, d.api, polyLicense)
	return fieldOf(validSerial(lacks, read.SerialNumber), lacks, "serial_number")
}

// validSerial returns the serial number, or an empty string if the text is a placeholder for a
// number that was never set.
func validSerial(lacks platformapi.Missing, text string) string {
	switch {
	case sysinfo.IsSerial(text):
		return text
	case text != "":
		lacks["serial_number"] = sdk.NotAvailable(sdk.Unexplained)
	}
	return ""
}
