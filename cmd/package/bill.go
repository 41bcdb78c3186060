package main

import (
	"bytes"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

// subject is the program that a bill of materials is about.
type subject struct{ Name, Version, License string }

// billOfModules returns the bill of materials (CycloneDX) of a Go program, together with the
// further components in its author's own bill. It has no serial number, because that would differ
// each time.
func billOfModules(of subject, date time.Time, modules []module, more *cyclonedx.BOM) ([]byte, error) {
	bill := cyclonedx.NewBOM()
	bill.SerialNumber = ""
	bill.Metadata = &cyclonedx.Metadata{
		Timestamp: date.Format(time.RFC3339),
		Component: &cyclonedx.Component{
			BOMRef: of.Name, Type: cyclonedx.ComponentTypeApplication, Name: of.Name, Version: of.Version,
			Licenses: &cyclonedx.Licenses{choice(of.License)},
		},
	}
	var components []cyclonedx.Component
	var refs []string
	for _, m := range modules {
		c := component(m)
		components, refs = append(components, c), append(refs, c.BOMRef)
	}
	if more != nil {
		components = append(components, *more.Components...)
	}
	bill.Components = &components
	bill.Dependencies = &[]cyclonedx.Dependency{{Ref: of.Name, Dependencies: &refs}}
	var out bytes.Buffer
	err := cyclonedx.NewBOMEncoder(&out, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(bill)
	return out.Bytes(), err
}

// choice returns a license of the program itself. Only SPDX's names are ids; an author may use
// another name.
func choice(license string) cyclonedx.LicenseChoice {
	if license == ownLicense {
		return cyclonedx.LicenseChoice{License: &cyclonedx.License{ID: license}}
	}
	return cyclonedx.LicenseChoice{License: &cyclonedx.License{Name: license}}
}

func component(m module) cyclonedx.Component {
	url := "pkg:golang/" + m.Path
	if m.Version != "" {
		url += "@" + m.Version
	}
	c := cyclonedx.Component{BOMRef: url, Type: cyclonedx.ComponentTypeLibrary, Name: m.Path, Version: m.Version,
		PackageURL: url, Licenses: &cyclonedx.Licenses{}}
	for _, id := range m.licenses {
		*c.Licenses = append(*c.Licenses, cyclonedx.LicenseChoice{License: &cyclonedx.License{ID: id}})
	}
	if m.Sum != "" { // Go's own checksum of the module's files, h1:…
		c.Properties = &[]cyclonedx.Property{{Name: "go:sum", Value: m.Sum}}
	}
	return c
}
