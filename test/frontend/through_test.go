package frontend_test

import (
	"io"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// ask sends one request through the front end; headers have the form "Name: value".
func (f *appliance) ask(method, path, body string, headers ...string) (status int, text string) {
	f.t.Helper()
	r, err := http.NewRequest(method, f.address+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	r.SetBasicAuth(administrator, password)
	r.Header.Set("Content-Type", "application/json")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return answer.StatusCode, string(read)
}

// CONS-2: through the product's front end, a decision is made in the name of the logged-in user,
// whatever the browser claims. A page of another origin cannot decide, nor can anyone without the
// login.
func programs(t *testing.T, f *appliance) {
	const yes, no = `{"choice": "allowed", "profile": 4}`, `{"choice": "denied"}`
	for _, c := range []struct {
		what, method, path, body string
		headers                  []string
		status                   int
		want                     string
	}{
		{"not logged in", "PUT", "/usage-data/v1/decision", yes,
			[]string{"Authorization: Basic bm9ib2R5Om5vdGhpbmc="}, 401,
			"undecided"},
		{"logged in", "PUT", "/usage-data/v1/decision", yes, []string{"Usagedata-Actor: mallory"}, 200,
			"by erika, by " + f.name + " (page)"},
		{"another origin", "PUT", "/usage-data/v1/decision", no, []string{"Origin: https://elsewhere.example"}, 403,
			"allowed since"},
		{"another port", "PUT", "/usage-data/v1/decision", no, []string{"Origin: http://127.0.0.1:1"}, 403,
			"allowed since"},
		{"another site", "POST", "/usage-data/v1/preview", "", []string{"Sec-Fetch-Site: cross-site"}, 403,
			"allowed since"},
		{"the page's form from elsewhere", "POST", "/usage-data/decide", "profile=1&was=x", []string{
			"Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-site"}, 403, "allowed since"},
		{"another name for us", "PUT", "/usage-data/v1/decision", no,
			[]string{"Origin: " + strings.Replace(f.address, "127.0.0.1", "localhost", 1)}, 403, "allowed since"},
		{"its own origin", "PUT", "/usage-data/v1/decision", no, []string{"Origin: " + f.address}, 200, "denied since"},
	} {
		status, text := f.ask(c.method, c.path, c.body, c.headers...)
		if status != c.status {
			t.Errorf("%s: got %d and %s, want %d", c.what, status, text, c.status)
		}
		f.wantDecision(c.want)
	}
}

// VIEW-3: a user outside the socket's group cannot use it, even on the appliance itself.
func stranger(t *testing.T, f *appliance) {
	try := exec.Command("curl", "-sS", "--max-time", "5", "--unix-socket", f.socket, "http://appliance/v1/status")
	if f.as == nil { // only root can become another user
		t.Log("not root: not tried")
		return
	}
	for _, c := range []struct {
		as   syscall.Credential
		want string
	}{{syscall.Credential{Uid: f.as.Uid, Gid: f.as.Gid}, `"decision"`},
		{syscall.Credential{Uid: f.as.Uid + 1, Gid: f.as.Gid - 1}, "connect"}} {
		run := *try
		run.SysProcAttr = &syscall.SysProcAttr{Credential: &c.as}
		out, err := run.CombinedOutput()
		if !strings.Contains(string(out), c.want) {
			t.Errorf("as %d:%d: got %s and %v, want %s", c.as.Uid, c.as.Gid, out, err, c.want)
		}
	}
}
