package page_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"polycom.com/usagedata/test/chromium"
)

// attack is a page of another origin: it sends the same form as our page, in each way that a page
// can.
const attack = `<!DOCTYPE html><title>a prize</title>
<form id="f" method="post" action="%[1]s/decide"><input name="send" value="on"><input name="confirmed" value="yes">
<input name="profile" value="1"><input name="was" value="%[2]s"></form>
<script>
const form = () => new URLSearchParams(new FormData(document.getElementById("f")));
const tries = async () => {
  const got = [];
  for (const mode of ["no-cors", "cors"]) {
    try {
      const r = await fetch("%[1]s/decide", {method: "POST", mode, credentials: "include", body: form()});
      got.push(r.type);
    } catch { got.push("refused"); }
  }
  try { await (await fetch("%[1]s/", {credentials: "include"})).text(); got.push("read"); }
  catch { got.push("refused"); }
  return got.join(" ");
};
</script>`

// A page of another origin changes nothing and reads nothing, although the browser is logged in
// here (CONS-2). Another port of this machine is the hard case: for a browser it is the same site,
// and gets the session's cookie.
func forged(t *testing.T, page *chromium.Tab, a *appliance) {
	a.host("consent", "deny")
	page.Open(a.address)
	was := chromium.Ask[string](page, `document.querySelector("[name=was]").value`)
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/" {
			fmt.Fprintf(w, attack, a.address, was)
		}
	}))
	t.Cleanup(evil.Close)
	for _, from := range []string{evil.URL, strings.Replace(evil.URL, "127.0.0.1", "localhost", 1)} {
		page.Open(from)
		if got := chromium.Ask[string](page, `tries()`); got != "refused refused refused" {
			t.Errorf("%s: got %q want refusals", from, got)
		}
		page.Arrive(chromedp.Evaluate[chromedp.Void](`document.getElementById("f").submit()`))
		if got := chromium.Ask[string](page, `document.body.innerText`); strings.Contains(got, "sent automatically") {
			t.Errorf("%s: got %q want a refusal", from, got)
		}
		a.wantDecision("denied since")
	}
	page.Forgive() // the browser reports each refusal
}

// withoutSession has no session: another browser, and anyone who has only the address.
func withoutSession(t *testing.T, other, _ context.Context) {
	a := set(t, "websuite")
	a.serve()
	page := chromium.NewTab(t, other)
	for _, path := range []string{"/", "/sent", "/journal", "/logs.zip", "/page.css", "/login?token=guessed"} {
		page.Open(a.address + path)
		page.Says("h1", "Log in")
		page.Says("main", "usagedata web")
	}
	page.Do(chromedp.Evaluate[chromedp.Void](axeCore(t)))
	checkLook(t, page, "login")
	r, err := http.NewRequest("POST", a.address+"/decide", strings.NewReader("send=&profile=1&was=x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Usagedata-Actor", "mallory")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	got, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if text, _ := io.ReadAll(got.Body); got.StatusCode != http.StatusUnauthorized ||
		strings.Contains(string(text), "RealPresence") {
		t.Errorf("post without a session: got %d %q want 401 and no content", got.StatusCode, text)
	}
	a.wantDecision("undecided")
	page.Open(a.login)
	page.Says(".crumbs", "Usage data")
	page.Open(a.login)
	page.Says("h1", "Log in") // the token is valid once, even for a logged-in browser
}
