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

// directory returns what the status says of the integration: nothing while it fails, or is on its
// way.
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

// enterpriseDirectory is what the Platform API says, and the product's view where the API does not
// say whether a directory is integrated.
func (f *featureConfiguration) enterpriseDirectory(status answer[directoryStatus], view answer[directory],
	lacking *sdk.Lacking) {
	d := enterpriseDirectory{status.read.Integration, status.read.directory(), fromAPI}
	if d.Integrated == nil && view.err == nil {
		d.directory, d.Source = view.read, fromViews
	}
	if d.Integrated == nil && status.err != nil && view.err != nil {
		lacking.Add(status.err, "enterprise_directory")
		lacking.Add(view.err, "enterprise_directory")
		return
	}
	if d.Source == fromAPI && d.Integrated == nil {
		lacking.Add(view.err, "enterprise_directory.integrated", "enterprise_directory.secure_ldap")
	}
	lacking.Add(status.err, "enterprise_directory.integration_status")
	f.EnterpriseDirectory = &d
}
