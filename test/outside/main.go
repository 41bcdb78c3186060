// Command beacon is the plugin for the Beacon Recording Server. README.md lists its sources.
package main

import (
	_ "embed"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/httpapi"
)

//go:embed profile.yaml
var profileYAML []byte

func main() { sdk.Main(profileYAML, open) }

func open(env sdk.Env) ([]sdk.Category, error) {
	p := product{env, httpapi.Open(env, "recorder")}
	return []sdk.Category{
		sdk.Collect("license_information", p.license),
		sdk.Collect("system_configuration", p.system),
		sdk.Collect("recordings", p.recordings),
	}, nil
}
