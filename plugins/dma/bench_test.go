package main

import (
	"testing"

	"polycom.com/usagedata/core/sdk/sdktest"
	"polycom.com/usagedata/test/appliance"
	api "polycom.com/usagedata/test/appliance/platformapi"
	"polycom.com/usagedata/test/growth"
)

// BenchmarkEndpoints collects from the Platform API of a product with a hundred endpoints and users,
// and of one with fifty times as many.
func BenchmarkEndpoints(b *testing.B) {
	const few, times = 100, 50
	collectOf := func(n int) func() {
		site := api.Believable().WithCount("/devices", n).WithCount("/users", n)
		product := appliance.PlatformAPI(b, api.Config{Site: &site})
		sources := map[string]any{"platform_api": appliance.APISource(b, product)}
		return func() {
			on := sdktest.On{Root: "testdata/good", Sources: sources, Period: period()}
			if got := collect(b, on).Values["counts"]["endpoints"]; got == nil {
				b.Fatal("got no endpoints")
			}
		}
	}
	growth.Compare(b, times, collectOf(few), collectOf(few*times))
}
