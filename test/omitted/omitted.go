// Package omitted compares the fields that a collect left out, and their reasons, with those that a
// test expects. They must match exactly, because a fault may cost only the fields that depend on it.
package omitted

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sdktest"
)

// Because maps categories, or fields as category.field, to one reason.
func Because(reason sdk.Reason, names ...string) map[string]sdk.Reason {
	omitted := map[string]sdk.Reason{}
	for _, name := range names {
		omitted[name] = reason
	}
	return omitted
}

// And merges maps made by [Because]. If a name has several reasons, the last one counts.
func And(all ...map[string]sdk.Reason) map[string]sdk.Reason {
	joined := map[string]sdk.Reason{}
	for _, omitted := range all {
		maps.Copy(joined, omitted)
	}
	return joined
}

// Want fails the test if the collect left out anything but want.
func Want(t testing.TB, got sdktest.Result, want map[string]sdk.Reason) {
	t.Helper()
	if diff := cmp.Diff(And(want), got.Omitted); diff != "" {
		t.Errorf("omitted (-want +got)\n%s\n%s", diff, got.Log)
	}
}

// still are the fields that a copy of /proc never has, because nothing changes in a copy.
var still = []string{"system_resource_usage.cpu_used_percent", "system_resource_usage.cpu_interval"}

// InACopy returns the result of a collect below a copied root, without the omissions that every such
// copy has.
func InACopy(got sdktest.Result) sdktest.Result {
	for _, name := range still {
		if got.Omitted[name] == sdk.NotYet {
			delete(got.Omitted, name)
		}
	}
	return got
}
