package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ANON-1: the archive shows which settings are set, and no value that identifies the customer.
func TestPublicShowsNoNames(t *testing.T) {
	c := defaults
	c.Product, c.Root, c.Log.JSON = "acme", "/srv/customer.example.com", true
	c.VendorKeys = []string{"RWcustomer"}
	c.CollectionPoint = CollectionPoint{Host: "point.customer.example.com", Port: 8444, CA: "/etc/customer.pem",
		Pins: []string{"customer"}}
	c.Proxy = Proxy{URL: "http://customer:3128", Credentials: "/etc/customer", NoProxy: []string{"customer"}}
	c.Admin.Group, c.Slot = "customer", "customer"
	c.Sources = map[string]map[string]any{"platform_api": {"url": "https://customer", "credentials": "/etc/customer"}}
	const want = `product: acme
products: /usr/lib/usagedata/products
vendor_keys: (set)
folders.state: /var/lib/usagedata
folders.log: /var/log/usagedata
folders.run: /run/usagedata
root: (set)
delivery: network
collection_point.host: (set)
collection_point.port: 8444
collection_point.ca: (set)
collection_point.pins: (set)
proxy.url: (set)
proxy.credentials: (set)
proxy.no_proxy: (set)
history.days: 30
history.size: 20971520
lab: false
slot: (set)
log.level: info
log.json: true
log.size: 1048576
log.keep: 3
admin.group: (set)
sources.platform_api.credentials: (set)
sources.platform_api.url: (set)
`
	got := c.Public()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("public (-want +got):\n%s", diff)
	}
	if strings.Contains(got, "customer") {
		t.Errorf("got %s", got)
	}
}

// ANON-1: the values that [Config.Public] hides are known, so that no other text shows them: each
// value, however deeply nested, and no default.
func TestSensitiveHasEveryHiddenValue(t *testing.T) {
	c := defaults
	c.Product, c.Root, c.Slot = "acme.1", "/srv/acme", "word"
	c.CollectionPoint = CollectionPoint{Host: "point.example.com", Port: 8444, Pins: []string{"sha256/AAAA"}}
	c.Sources = map[string]map[string]any{"api": {"hosts": []any{map[string]any{"url": "https://a"}, "10.0.0.1", "b"},
		"tries": 3, "none": nil}}
	want := []string{"/srv/acme", "10.0.0.1", "https://a", "point.example.com", "sha256/AAAA"}
	got := c.Sensitive()
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sensitive (-want +got):\n%s", diff)
	}
	if got := defaults.Sensitive(); len(got) > 0 {
		t.Errorf("of the defaults: got %q want none", got)
	}
}
