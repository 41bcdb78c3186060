package page

import (
	"net/http"
)

// logoPolicy is the content policy of the product's logo. The page shows it as an image, where no
// browser runs a script in it. Opened alone, it is in a sandbox, without scripts and other files.
const logoPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'"

// logoAddress returns the address of the product's logo, or of our icon if it has none that can be
// shown.
func (p pages) logoAddress() string {
	if p.Logo.Type == "" {
		return "icon.svg"
	}
	return "logo"
}

// logo sends the product's logo.
func (p pages) logo(w http.ResponseWriter, r *http.Request) {
	if p.Logo.Type == "" {
		p.notFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", logoPolicy)
	w.Header().Set("Content-Type", p.Logo.Type)
	w.Write(p.Logo.Image)
}
