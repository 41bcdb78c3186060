package main

import (
	"cmp"
	"context"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
	"polycom.com/usagedata/plugins/internal/platformapi"
	"polycom.com/usagedata/plugins/internal/views"
)

type licenseInformation struct {
	SerialNumber       string `usage:"serial_number"`
	SerialNumberSource string `usage:"serial_number_source"`
	licenses
	Mode string `usage:"mode"`
	licenseStates
	Features       []views.Borrowed `usage:"features"`
	FeaturesSource string           `usage:"features_source"`
}

type licenseStates struct {
	LicensingStatus  platformapi.Word `json:"licensingStatus" usage:"licensing_status"`
	ConnectionStatus platformapi.Word `json:"connectionStatus" usage:"connection_status"`
}

// The sources of what two of them have.
const (
	fromAPI   = "platform_api"
	fromViews = "database"
)

// licensing is a view that two categories are read from.
type licensing struct {
	SerialNumber string `column:"serial_number"`
	ReclaimDays  *int64 `column:"reclaim_days"`
}

// licenseStatus is the Platform API's answer.
type licenseStatus struct {
	SerialNumber string `json:"serialNumber" usage:"serial_number"`
	licenseStates
	Features []licensedFeature `json:"plcmLicenseFeatureList" usage:"features"`
}

type licensedFeature struct {
	Name      string             `json:"name"`
	Counted   *bool              `json:"counted"`
	Count     *int64             `json:"count"`
	Perpetual *bool              `json:"perpetual"`
	Start     platformapi.Moment `json:"startDate"`
	End       platformapi.Moment `json:"expirationDate"`
}

// license reads how many licenses are used from the SNMP agent, and the rest from the Platform API
// and the product's views. Both are read at the same time, so that one that hangs does not cost
// what the other has; where both have it, it is the API's.
func (m *manager) license(ctx context.Context, _ sdk.Period) (l licenseInformation, err error) {
	var status licenseStatus
	var lacks platformapi.Lacks
	var view answer[licensing]
	var features answer[[]views.Borrowed]
	lacking := sdk.Together(ctx, func(ctx context.Context, lacking *sdk.Lacking) {
		read, err := m.objects(ctx)
		l.licenses, l.Mode = read.licenses, word(read.Mode, modes)
		lacking.Add(cmp.Or(err, why(read.lacks, "Mode")), "mode")
		addLacks[licenses](lacking, read.lacks, err)
	}, func(ctx context.Context, lacking *sdk.Lacking) {
		status, lacks = platformapi.Fields[licenseStatus](ctx, m.api, licenseResource)
		l.licenseStates = status.licenseStates
		lacking.Add(lacks["licensing_status"], "licensing_status")
		lacking.Add(lacks["connection_status"], "connection_status")
	}, func(ctx context.Context, _ *sdk.Lacking) {
		view = answered(m.licensing(ctx))
		features = answered(views.Features[views.Borrowed](ctx, m.views(ctx)))
	})
	l.serialNumber(answer[string]{status.SerialNumber, lacks["serial_number"]}, view, lacking)
	l.features(answer[[]licensedFeature]{status.Features, lacks["features"]}, features, lacking)
	return l, lacking.Err()
}

func (l *licenseInformation) serialNumber(status answer[string], view answer[licensing], lacking *sdk.Lacking) {
	switch {
	case sysinfo.IsSerial(status.read):
		l.SerialNumber, l.SerialNumberSource = status.read, fromAPI
	case sysinfo.IsSerial(view.read.SerialNumber):
		l.SerialNumber, l.SerialNumberSource = view.read.SerialNumber, fromViews
	default:
		for _, err := range []error{noSerial(status.err), noSerial(view.err)} {
			lacking.Add(err, "serial_number", "serial_number_source")
		}
	}
}

// noSerial is why a source has no serial number. One that answered has something else in its place.
func noSerial(err error) error {
	if err == nil {
		return sdk.NotAvailable(sdk.Unexplained)
	}
	return err
}

// features are those that are known, also where a source has some that are not, for a reason.
func (l *licenseInformation) features(status answer[[]licensedFeature], view answer[[]views.Borrowed],
	lacking *sdk.Lacking) {
	switch {
	case status.read != nil:
		l.Features, l.FeaturesSource = borrowed(status.read), fromAPI
		lacking.Add(status.err, "features")
	case view.err == nil:
		l.Features, l.FeaturesSource = view.read, fromViews
	default:
		lacking.Add(status.err, "features", "features_source")
		lacking.Add(view.err, "features", "features_source")
	}
}

func borrowed(listed []licensedFeature) []views.Borrowed {
	features := make([]views.Borrowed, 0, len(listed))
	for _, f := range listed {
		features = append(features, views.Borrowed{
			Feature:     views.Feature{Name: f.Name, Counted: f.Counted, Count: f.Count, Perpetual: f.Perpetual},
			BorrowStart: f.Start.Time, BorrowEnd: f.End.Time,
		})
	}
	return features
}

// answer is what a source had, or why it had nothing.
type answer[T any] struct {
	read T
	err  error
}

func answered[T any](read T, err error) answer[T] { return answer[T]{read, err} }
