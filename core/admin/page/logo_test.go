package page

import (
	"testing"

	"polycom.com/usagedata/core/product"
)

// The page shows the product's logo, or our icon if there is none. The logo is a foreign file, so it is
// sent with a policy under which no script in it runs.
func TestLogo(t *testing.T) {
	o := allowed(t)
	o.get("/").says(t, 200, `<link rel="icon" href="icon.svg">`, `<img src="icon.svg" alt=""`)
	if got := o.get("/logo"); got.status != 404 {
		t.Errorf("without a logo: got %d want 404", got.status)
	}
	const image = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`
	o.Logo = product.Logo{Type: product.SVG, Image: []byte(image)}
	o.Handler = New(o.Appliance)
	page := o.get("/")
	page.says(t, 200, `<link rel="icon" href="logo">`, `<img src="logo" alt=""`)
	page.lacks(t, "alert(1)")
	got := o.get("/logo")
	got.says(t, 200, image)
	for name, want := range map[string]string{"Content-Type": "image/svg+xml", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"} {
		if got := got.header.Get(name); got != want {
			t.Errorf("%s: got %q want %q", name, got, want)
		}
	}
}
