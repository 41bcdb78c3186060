package environment

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// effects are the settings in force in a process that tries them.
type effects struct {
	Ignored []string
	Left    []string // variable names
	Trusts  bool     // the test's authority
	Old     bool     // TLS with a key exchange that Go has disabled
	Proxy   string
	GC      int
	Memory  int64
}

// TestMain prints the effects in force if the process is called with a word, two addresses and the
// authority's file.
func TestMain(m *testing.M) {
	switch os.Args[1] {
	case "clean":
		inForce(Clean())
	case "allocate":
		larger, collections := allocate()
		fmt.Fprintln(os.Stdout, larger, collections)
	case "as it is":
		inForce(nil)
	default:
		os.Exit(m.Run())
	}
}

func inForce(ignored []string) {
	e := effects{Ignored: ignored, GC: debug.SetGCPercent(-1), Memory: debug.SetMemoryLimit(-1)}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		e.Left = append(e.Left, name)
	}
	slices.Sort(e.Left)
	e.Trusts = connects(os.Args[2], &tls.Config{})
	ca, _ := os.ReadFile(os.Args[4])
	given := x509.NewCertPool()
	given.AppendCertsFromPEM(ca)
	e.Old = connects(os.Args[3], &tls.Config{RootCAs: given})
	request, _ := http.NewRequest(http.MethodGet, "https://collection.example/", nil) // the URL is valid
	if proxy, err := http.ProxyFromEnvironment(request); err == nil && proxy != nil {
		e.Proxy = proxy.Host
	}
	_ = json.NewEncoder(os.Stdout).Encode(e)
}

// allocate returns by how many kilobytes [Clean] makes the process larger, and how often 6 MB of
// garbage are collected after it.
func allocate() (larger int, collections uint32) {
	before := resident()
	Clean()
	larger = resident() - before
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	collections = -m.NumGC
	for range 6 << 10 {
		kilobyte = make([]byte, 1<<10)
	}
	runtime.ReadMemStats(&m)
	return larger, collections + m.NumGC
}

func resident() (kilobytes int) {
	text, _ := os.ReadFile("/proc/self/statm")
	var pages int
	_, _ = fmt.Sscan(string(text), new(int), &pages)
	return pages * os.Getpagesize() >> 10
}

var kilobyte []byte

// SEND-5: a cycle's garbage is not collected megabyte by megabyte, which would cost more CPU time
// than memory, and the ballast that prevents it is not resident.
func TestGarbageIsCollectedSeldom(t *testing.T) {
	said, err := exec.CommandContext(t.Context(), "/proc/self/exe", "allocate").Output()
	var larger, collections int
	if _, unread := fmt.Sscan(string(said), &larger, &collections); errors.Join(err, unread) != nil {
		t.Fatal(err, unread)
	}
	if larger > 4<<10 || collections > 1 {
		t.Errorf("got %d KB more resident, and %d collections of 6 MB", larger, collections)
	}
}

func connects(address string, c *tls.Config) bool {
	conn, err := tls.Dial("tcp", address, c)
	return err == nil && conn.Close() == nil
}

// SEND-2, SEND-5: after [Clean], no environment variable changes trust, the proxy or the limits.
// Before it, each of these variables does.
func TestClean(t *testing.T) {
	server := start(t, &tls.Config{})
	old := start(t, &tls.Config{MaxVersion: tls.VersionTLS12,
		CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}})
	file := filepath.Join(t.TempDir(), "ca.pem")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	look := func(how string, environment ...string) (e effects) {
		t.Helper()
		c := exec.CommandContext(t.Context(), "/proc/self/exe", how, server.Listener.Addr().String(),
			old.Listener.Addr().String(), file)
		c.Env = append(environment, "GORACE="+os.Getenv("GORACE"), "TZ=UTC")
		said, err := c.Output()
		if err := errors.Join(err, json.Unmarshal(said, &e)); err != nil {
			t.Fatal(err)
		}
		return e
	}
	want := effects{Left: []string{"GORACE", "TZ"}, GC: 100, Memory: math.MaxInt64}
	if d := cmp.Diff(want, look("as it is")); d != "" {
		t.Errorf("without variables (-want +got):\n%s", d)
	}
	for variable, has := range map[string]func(effects) bool{
		"SSL_CERT_FILE=" + file:              func(e effects) bool { return e.Trusts },
		"SSL_CERT_DIR=" + filepath.Dir(file): func(e effects) bool { return e.Trusts },
		"GODEBUG=tlsrsakex=1":                func(e effects) bool { return e.Old },
		"HTTPS_PROXY=http://elsewhere:1":     func(e effects) bool { return e.Proxy != "" },
		"https_proxy=http://elsewhere:1":     func(e effects) bool { return e.Proxy != "" },
		"GOGC=off":                           func(e effects) bool { return e.GC < 0 },
		"GOMEMLIMIT=1GiB":                    func(e effects) bool { return e.Memory == 1<<30 },
		"RES_OPTIONS=edns0":                  func(e effects) bool { return slices.Contains(e.Left, "RES_OPTIONS") },
		"=nameless":                          func(effects) bool { return true },
		"GRPC_GO_LOG_SEVERITY_LEVEL=info":    func(effects) bool { return true },
	} {
		if !has(look("as it is", variable)) {
			t.Errorf("%s: got no effect without cleaning: it is no test", variable)
		}
		name, _, _ := strings.Cut(variable, "=")
		want.Ignored, want.GC = nil, gcPercent
		if slices.Contains(expected, name) {
			want.Ignored = []string{name}
		}
		if d := cmp.Diff(want, look("clean", variable)); d != "" {
			t.Errorf("%s (-want +got):\n%s", variable, d)
		}
	}
}

func start(t *testing.T, c *tls.Config) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = c
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}
