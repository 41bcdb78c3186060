package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"polycom.com/usagedata/test/appliance/platformapi"
)

// TestMain runs the program itself if the environment says so.
func TestMain(m *testing.M) {
	if os.Getenv("APPLIANCE_AS_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

func program(t *testing.T, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(t.Context(), os.Args[0], arguments...)
	command.Env = append(os.Environ(), "APPLIANCE_AS_PROGRAM=1")
	return command
}

// ready starts the program and returns the URL that it prints.
func ready(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("got %q, error %v, want a line", line, err)
	}
	url, found := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "ready ")
	if !found {
		t.Fatalf("got %q, want ready and a URL", line)
	}
	return url
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(content), "\n")
}

func TestTheFolderHoldsAllThatAClientNeeds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	command := program(t, "-dir", dir, "-release", "6.3", "-names", "kebab", "-hosts", "dma.example")
	url := ready(t, command)
	if got := read(t, dir, "url"); got != url {
		t.Errorf("url: got %q, want %q", got, url)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(read(t, dir, "ca.pem")))
	status, body := get(t, url+"/devices", pool, read(t, dir, "credentials"))
	if status != 200 || !strings.Contains(body, `"plcm-device-v2-list"`) {
		t.Errorf("got %d %.60q, want the older release in kebab case", status, body)
	}
	identifiers := strings.Split(read(t, dir, "identifiers.txt"), "\n")
	if !slices.Equal(identifiers, platformapi.Believable().Identifiers()) {
		t.Errorf("got %d identifiers, want those of the site", len(identifiers))
	}
	if info, err := os.Stat(filepath.Join(dir, "credentials")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("credentials: got %v, error %v, want mode 0600", info.Mode(), err)
	}
}

func get(t *testing.T, url string, pool *x509.CertPool, credentials string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	user, password, _ := strings.Cut(credentials, ":")
	r.SetBasicAuth(user, password)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "dma.example"}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}
