package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const document = `{"id":"one"}`

// TestMain runs the program itself if the environment says so.
func TestMain(m *testing.M) {
	if os.Getenv("COLLECTIONPOINT_AS_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

func program(t *testing.T, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(t.Context(), os.Args[0], arguments...)
	command.Env = append(os.Environ(), "COLLECTIONPOINT_AS_PROGRAM=1")
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
	command := program(t, "-dir", dir, "-hosts", "collection.example")
	url := ready(t, command)
	if got := "https://" + read(t, dir, "address"); got != url {
		t.Errorf("address: got %q, want that of %q", got, url)
	}
	if err := os.WriteFile(filepath.Join(dir, "behave"), []byte("status:503\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(read(t, dir, "ca.pem")))
	for _, want := range []int{503, 201, 200} {
		if got := put(t, url+"/v1/usage/dma/one", pool, []byte(document)); got != want {
			t.Errorf("got status %d, want %d", got, want)
		}
	}
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Errorf("got %v, want exit 0", err)
	}
	if got := read(t, dir, "received/one.json"); got != document {
		t.Errorf("received: got %q, want %q", got, document)
	}
}

// put sends a document on a connection of its own.
func put(t *testing.T, url string, pool *x509.CertPool, body []byte) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	r.Header.Set("Content-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":")
	r.Header.Set("Content-Type", "application/json")
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "collection.example"}}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func TestWrongUsageIsOneLine(t *testing.T) {
	dir := t.TempDir()
	for _, arguments := range [][]string{
		{}, {"-dir", dir, "extra"}, {"-nonsense"},
		{"-dir", "/dev/null/folder"},
	} {
		var stdout, stderr bytes.Buffer
		got := run(arguments, &stdout, &stderr)
		if got != 2 || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() != 0 {
			t.Errorf("%v: got exit %d, %q, %q, want 2 and one line", arguments, got, stdout.String(), stderr.String())
		}
	}
}
