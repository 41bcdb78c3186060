package sdk_test

import (
	"fmt"
	"time"

	"polycom.com/usagedata/core/sdk"
)

func ExampleIsSentinel() {
	fmt.Println(sdk.IsSentinel(int64(2147483647)), sdk.IsSentinel(int64(400)))
	// Output: true false
}

func ExampleIsUnset() {
	fmt.Println(sdk.IsUnset(time.Unix(0, 0)), sdk.IsUnset(time.Date(2026, time.March, 1, 2, 0, 0, 0, time.UTC)))
	// Output: true false
}
