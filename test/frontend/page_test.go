package frontend_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
)

// The product's front end, and everything that passes through it.
func TestFrontEnd(t *testing.T) {
	f := set(t)
	programs(t, f)
	stranger(t, f)
	own(t, f)
	elsewhere(t, f)
}

// CONS-5: the product's own page shows the choice and asks; Cancel changes nothing, Update does,
// under the name that the product logged in. Our page is available below the same prefix.
func own(t *testing.T, f *appliance) {
	if out, err := f.Host("consent", "deny").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b := login(t, f)
	b.Open(f.address + "/")
	b.Await(`document.getElementById("sentence").textContent.startsWith("denied since")`)
	b.Await(`document.getElementById("label").textContent.length > 0 && !document.getElementById("send").checked`)
	b.Click("#send", "#update")
	b.Await(`document.getElementById("ask").open`)
	b.Await(`document.querySelector("#policy a[rel]").href === "` + policy + `"`)
	b.Click("#ask [value=cancel]")
	b.Await(`!document.getElementById("send").checked`)
	f.wantDecision("denied since")
	b.Click("#send", "#update", "#ask [value=update]")
	b.Await(`document.getElementById("sentence").textContent.includes("by erika")`)
	f.wantDecision("by erika, by " + f.name + " (page)")
	b.Open(f.address + "/usage-data/")
	b.Await(`document.styleSheets.length > 0 && document.styleSheets[0].cssRules.length > 0`)
	b.Await(`document.body.innerText.includes("erika")`)
	b.Click(`a[href="journal"]`)
	b.Await(`location.pathname === "/usage-data/journal"`)
	b.Quiet()
}

// login opens a browser that knows the administrator's password. The page itself cannot send
// requests from an address that contains one.
func login(t *testing.T, f *appliance) *chromium.Tab {
	t.Helper()
	b := chromium.NewTab(t, chromium.Start(t))
	b.Open(strings.Replace(f.address, "://", "://"+administrator+":"+password+"@", 1))
	b.Await(`document.readyState === "complete"`)
	b.Open("about:blank")
	b.Forgive()
	return b
}

// attack sends the requests of our page's form, and those of the product's page.
const attack = `<!DOCTYPE html><title>a prize</title>
<form id="f" method="post" action="%[1]s/usage-data/decide">
<input name="profile" value="1"><input name="was" value="%[2]s"></form>
<script>
const tries = async () => {
  const got = [];
  for (const [path, method, mode] of [["v1/decision", "PUT", "cors"], ["decide", "POST", "no-cors"],
    ["v1/preview", "POST", "no-cors"]]) {
    try { got.push((await fetch("%[1]s/usage-data/" + path, {method, mode, credentials: "include"})).type); }
    catch { got.push("refused"); }
  }
  try { await (await fetch("%[1]s/usage-data/v1/status", {credentials: "include"})).text(); got.push("read"); }
  catch { got.push("refused"); }
  return got.join(" ");
};
</script>`

// CONS-2: a page of another origin changes nothing and reads nothing, even in a browser that is
// logged in to the product.
func elsewhere(t *testing.T, f *appliance) {
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, attack, f.address, "x")
	}))
	defer evil.Close()
	b := login(t, f)
	for _, from := range []string{evil.URL, strings.Replace(evil.URL, "127.0.0.1", "localhost", 1)} {
		b.Open(from)
		if got := chromium.Ask[string](b, `tries()`); strings.Contains(got, "read") || strings.Contains(got, "basic") {
			t.Errorf("%s: got %q, want refusals", from, got)
		}
		b.Arrive(chromedp.Evaluate[chromedp.Void](`document.getElementById("f").submit()`))
		if got := chromium.Ask[string](b, `document.body.innerText`); !strings.Contains(got, "another origin") {
			t.Errorf("%s: got %q, want it refused for its origin", from, got)
		}
		f.wantDecision("allowed since")
	}
}
