package selftest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/test/conformance/planting"
	"polycom.com/usagedata/test/shelf"
)

// TestBed is the test bed of one [shelf.Plugin]: an installed product, a healthy root, and a
// station that answers.
type TestBed struct {
	Product, Root, File string
	Baseline            string // the last release of the product; empty if it has none
	station             net.Listener
	page                *http.Server
	all                 sync.WaitGroup
	mu                  sync.Mutex
	visitors, most      int // connections to the station: now, and the maximum at the same time
	visited             func() (hold time.Duration)
}

// Setup sets up the test bed below the folder. The calling program itself is installed as the
// plugin.
func Setup(dir string, p shelf.Plugin) (*TestBed, error) {
	g := &TestBed{Product: filepath.Join(dir, "products", p.Name), Root: filepath.Join(dir, "root"),
		File: filepath.Join(dir, "conformance.yaml")}
	largest := filepath.Join(dir, "largest")
	for _, folder := range []string{"state", "log"} { // for the plugins that write
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			return nil, err
		}
	}
	self, err := os.Executable()
	if err := errors.Join(err, shelf.LayRoot(g.Root), shelf.LayRoot(largest), p.Install(self, filepath.Dir(g.Product)),
		os.WriteFile(filepath.Join(largest, "data/largest"), nil, 0o644)); err != nil {
		return nil, err
	}
	if g.Baseline, err = p.InstallLast(self, dir); err != nil {
		return nil, err
	}
	return g, g.open(dir, p)
}

// open starts the station, if the plugin has one, and writes the suite's configuration.
func (g *TestBed) open(dir string, p shelf.Plugin) (err error) {
	sources := "{}"
	if p.Station {
		if sources, err = g.startStation(dir); err != nil {
			return err
		}
	}
	config := fmt.Sprintf("sources: %s\nnames: [%s]\nlargest:\n  root: '%s'\n  sources: %s\n",
		sources, strings.Join(names, ", "), filepath.Join(dir, "largest"), sources)
	return os.WriteFile(g.File, []byte(config), 0o644)
}

// startStation starts the station and returns its configuration.
func (g *TestBed) startStation(dir string) (sources string, err error) {
	if g.station, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return "", err
	}
	g.all.Go(g.acceptLoop)
	password, ca := filepath.Join(dir, "station.password"), filepath.Join(dir, "station.pem")
	page, err := g.startPage(ca)
	sources = fmt.Sprintf("{station: {address: '%s', password: '%s', label: north gate, page: '%s', ca: '%s'}}",
		g.station.Addr(), password, page, ca)
	return sources, errors.Join(err, os.WriteFile(password, []byte(secret+"\n"), 0o600))
}

// startPage starts the station's page and returns its URL. It writes the certificate to the file.
func (g *TestBed) startPage(ca string) (url string, err error) {
	trust, err := planting.NewTrust(nil, nil)
	if err != nil {
		return "", err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", trust.Server)
	if err != nil {
		return "", err
	}
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, shelf.Page) }
	g.page = &http.Server{ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(answer)}
	g.all.Go(func() { _ = g.page.Serve(listener) }) // until it is closed
	return "https://" + listener.Addr().String(), os.WriteFile(ca, trust.PEM, 0o644)
}

// secret is the station's password; it and the other names identify the customer.
const secret = "open-sesame-5511"

var names = []string{shelf.HostName, shelf.Contact, secret}

func (g *TestBed) acceptLoop() {
	for {
		conn, err := g.station.Accept()
		if err != nil {
			return
		}
		g.all.Go(func() { g.serveVisitor(conn) })
	}
}

func (g *TestBed) serveVisitor(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(g.addVisitors(1)))
	_, _ = conn.Read(make([]byte, 1)) // returns early if the other side closes
	g.addVisitors(-1)                 // before the answer, because the next connection may follow it
	_, _ = io.WriteString(conn, "77\n")
}

// addVisitors adds more to the number of connections and returns how long to delay the answer.
func (g *TestBed) addVisitors(more int) (hold time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.visitors += more
	g.most = max(g.most, g.visitors)
	if more > 0 && g.visited != nil {
		hold = g.visited()
	}
	return hold
}

// OnVisit makes the station call visited at each connection, one at a time, and wait for the
// returned time before it answers, unless the other side closes the connection.
func (g *TestBed) OnVisit(visited func() (hold time.Duration)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.visited = visited
}

// Most returns the maximum number of connections that the station had at the same time.
func (g *TestBed) Most() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.most
}

// Close stops the station.
func (g *TestBed) Close() {
	if g.station != nil {
		g.station.Close()
		g.page.Close()
		g.all.Wait()
	}
}
