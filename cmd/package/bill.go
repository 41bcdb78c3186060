package main

import (
	"io"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

// writeBill says what a package's program is made of (CycloneDX). It has no serial number, which would be another one
// each time.
func writeBill(out io.Writer, name, version string, date time.Time, modules []module) error {
	bill := cyclonedx.NewBOM()
	bill.SerialNumber = ""
	bill.Metadata = &cyclonedx.Metadata{
		Timestamp: date.Format(time.RFC3339),
		Component: &cyclonedx.Component{
			BOMRef: name, Type: cyclonedx.ComponentTypeApplication, Name: name, Version: version,
			Licenses: &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "Apache-2.0"}}},
		},
	}
	var components []cyclonedx.Component
	var refs []string
	for _, m := range modules {
		c := component(m)
		components, refs = append(components, c), append(refs, c.BOMRef)
	}
	bill.Components = &components
	bill.Dependencies = &[]cyclonedx.Dependency{{Ref: name, Dependencies: &refs}}
	return cyclonedx.NewBOMEncoder(out, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(bill)
}

func component(m module) cyclonedx.Component {
	url := "pkg:golang/" + m.Path + "@" + m.Version
	c := cyclonedx.Component{BOMRef: url, Type: cyclonedx.ComponentTypeLibrary, Name: m.Path, Version: m.Version,
		PackageURL: url, Licenses: &cyclonedx.Licenses{}}
	for _, id := range m.licences {
		*c.Licenses = append(*c.Licenses, cyclonedx.LicenseChoice{License: &cyclonedx.License{ID: id}})
	}
	if m.Sum != "" { // Go's own checksum of the module's files, h1:…
		c.Properties = &[]cyclonedx.Property{{Name: "go:sum", Value: m.Sum}}
	}
	return c
}
