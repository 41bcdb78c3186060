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

// The sources of values that two sources have.
const (
	fromAPI   = "platform_api"
	fromViews = "database"
)

// licensing is a view from which two categories are read.
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

// license reads the used licenses from the SNMP agent, and the rest from the Platform API and the
// product's views. It reads the sources concurrently, so that the data of the others is not lost if
// one hangs. If both the API and the views have a value, it reports that of the API.
func (m *manager) license(ctx context.Context, _ sdk.Period) (l licenseInformation, err error) {
	var status licenseStatus
	var lacks platformapi.Missing
	var view answer[licensing]
	var features answer[[]views.Borrowed]
	missing := sdk.Parallel(ctx, func(ctx context.Context, missing *sdk.Missing) {
		read, err := m.objects(ctx)
		l.licenses, l.Mode = read.licenses, word(read.Mode, modes)
		missing.Add(cmp.Or(err, lackReason(read.lacks, "Mode")), "mode")
		addLacks[licenses](missing, read.lacks, err)
	}, func(ctx context.Context, missing *sdk.Missing) {
		status, lacks = platformapi.Fields[licenseStatus](ctx, m.api, licenseResource)
		l.licenseStates = status.licenseStates
		missing.Add(lacks["licensing_status"], "licensing_status")
		missing.Add(lacks["connection_status"], "connection_status")
	}, func(ctx context.Context, _ *sdk.Missing) {
		view = answered(m.licensing(ctx))
		features = answered(views.Features[views.Borrowed](ctx, m.views(ctx)))
	})
	l.serialNumber(answer[string]{status.SerialNumber, lacks["serial_number"]}, view, missing)
	l.features(answer[[]licensedFeature]{status.Features, lacks["features"]}, features, missing)
	return l, missing.Err()
}

func (l *licenseInformation) serialNumber(status answer[string], view answer[licensing], missing *sdk.Missing) {
	switch {
	case sysinfo.IsSerial(status.read):
		l.SerialNumber, l.SerialNumberSource = status.read, fromAPI
	case sysinfo.IsSerial(view.read.SerialNumber):
		l.SerialNumber, l.SerialNumberSource = view.read.SerialNumber, fromViews
	default:
		for _, err := range []error{noSerial(status.err), noSerial(view.err)} {
			missing.Add(err, "serial_number", "serial_number_source")
		}
	}
}

// noSerial returns the reason why a source has no serial number. If the source answered, its text
// is not a serial number.
func noSerial(err error) error {
	if err == nil {
		return sdk.NotAvailable(sdk.Unexplained)
	}
	return err
}

// features sets the features that are known, even if a source has others that are not, and adds the
// reason for those.
func (l *licenseInformation) features(status answer[[]licensedFeature], view answer[[]views.Borrowed],
	missing *sdk.Missing) {
	switch {
	case status.read != nil:
		l.Features, l.FeaturesSource = borrowed(status.read), fromAPI
		missing.Add(status.err, "features")
	case view.err == nil:
		l.Features, l.FeaturesSource = view.read, fromViews
	default:
		missing.Add(status.err, "features", "features_source")
		missing.Add(view.err, "features", "features_source")
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

// answer holds the value that a source has, or the reason why it has no value.
type answer[T any] struct {
	read T
	err  error
}

func answered[T any](read T, err error) answer[T] { return answer[T]{read, err} }
