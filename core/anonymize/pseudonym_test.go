package anonymize_test

import (
	"fmt"
	"strconv"
	"testing"

	"polycom.com/usagedata/core/usage"
)

// ANON-1: a cycle's own tokens pass its gate, however many short names they contain by chance.
func TestGateLetsTokensPass(t *testing.T) {
	c := newCycle()
	c.profile = wide()
	sites, phones := usage.List{}, usage.List{usage.Raw("7001")}
	for i := range 36 * 36 {
		sites = append(sites, usage.Raw(fmt.Sprintf("%02s", strconv.FormatInt(int64(i), 36))))
		phones = append(phones, usage.Raw(fmt.Sprint(1000+i*6)))
	}
	r := c.treat(usage.Observation{Category: "named", Field: usage.Raw("site"), Value: usage.Raw(sites)},
		usage.Observation{Category: "named", Field: usage.Raw("phone"), Value: usage.Raw(phones)},
		seen("named", "system", []any{"site", "phone"}))
	for _, fact := range r.Facts {
		for _, token := range fact.Value().([]any) {
			if rule, found := r.Gate.Find(token.(string), nil); found {
				t.Fatalf("%s: got %q, want it to pass", token, rule)
			}
			if _, found := r.Gate.Find(token.(string)+"/7001", nil); !found {
				t.Fatalf("%s: got a number missed behind it", token)
			}
		}
	}
}
