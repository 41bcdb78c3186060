package main

import (
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

type enterpriseDirectory struct {
	IntegrationStatus platformapi.Word `usage:"integration_status"`
	directory
	Source string `usage:"source"`
}

type directory struct {
	Integrated *bool `column:"integrated" usage:"integrated"`
	SecureLDAP *bool `column:"secure_ldap" usage:"secure_ldap"`
}

// directoryStatus is the Platform API's answer.
type directoryStatus struct {
	Integration platformapi.Word `json:"integrationStatus" usage:"integration_status"`
}

// directory returns the meaning of the integration status. It returns nothing while the integration
// fails or is in progress.
func (s directoryStatus) directory() (d directory) {
	integrated := strings.HasPrefix(string(s.Integration), "integrated")
	if integrated || s.Integration == "disabled" {
		d.Integrated = &integrated
	}
	if encrypted := s.Integration == "integrated"; integrated {
		d.SecureLDAP = &encrypted
	}
	return d
}

// enterpriseDirectory sets the values from the Platform API. If the API does not say whether a
// directory is integrated, it uses those of the product's view.
func (f *featureConfiguration) enterpriseDirectory(status answer[directoryStatus], view answer[directory],
	missing *sdk.Missing) {
	d := enterpriseDirectory{status.read.Integration, status.read.directory(), fromAPI}
	if d.Integrated == nil && view.err == nil {
		d.directory, d.Source = view.read, fromViews
	}
	if d.Integrated == nil && status.err != nil && view.err != nil {
		missing.Add(status.err, "enterprise_directory")
		missing.Add(view.err, "enterprise_directory")
		return
	}
	if d.Source == fromAPI && d.Integrated == nil {
		missing.Add(view.err, "enterprise_directory.integrated", "enterprise_directory.secure_ldap")
	}
	missing.Add(status.err, "enterprise_directory.integration_status")
	f.EnterpriseDirectory = &d
}
