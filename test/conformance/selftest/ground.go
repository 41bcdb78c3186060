package selftest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/conformance/broken"
	"polycom.com/usagedata/test/shelf"
)

// Ground is what is laid out for one plugin: an installed product, a healthy root, and a station that answers.
type Ground struct {
	Product, Root, File string
	station             net.Listener
	all                 sync.WaitGroup
	mu                  sync.Mutex
	visitors, most      int // connections to the station: now, and at the same time so far
	hold                time.Duration
}

// healthy are the files below the root that the plugins of package broken read, and those that some of the shelf's do.
var healthy = map[string]string{
	"data/system": "release 6.4.1\nmodel alpha\nsecure yes\nbooted 2026-01-02T03:04:05Z\nperiod 3600\nload 12\nmemory " +
		"8589934592\n",
	"data/counts":  "users 1204\nh323 17\nsip 40\nroom 12\nhall 90\npeer 192.0.2.17\ncontact mila@kiefer.example\n",
	"data/license": "serial 8K31774250D1EA\nfeatures routing recording\n",
	"etc/hostname": "birke-12\n",
	"target-tcp":   "127.0.0.1:9",
	"target-udp":   "127.0.0.1:9",
}

// Lay lays it out below the folder. The program that calls it is the plugin, too.
func Lay(dir string, p broken.Plugin) (*Ground, error) {
	g := &Ground{Product: filepath.Join(dir, "products", p.Name), Root: filepath.Join(dir, "root"),
		File: filepath.Join(dir, "conformance.yaml")}
	for _, folder := range []string{g.Product, g.Root, filepath.Join(dir, "state"), filepath.Join(dir, "log")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	for name, text := range healthy {
		if err := errors.Join(write(filepath.Join(g.Root, name), text), write(filepath.Join(dir, "largest", name),
			text)); err != nil {
			return nil, err
		}
	}
	if err := write(filepath.Join(dir, "largest", "data/largest"), "yes\n"); err != nil {
		return nil, err
	}
	return g, errors.Join(g.install(p), g.open(dir, p))
}

func write(path, text string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
}

// install puts this program there as the plugin.
func (g *Ground) install(p broken.Plugin) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	text := broken.Profile(p.Name)
	if p.Shelf {
		text = shelf.Profile(p.Name)
	}
	return errors.Join(
		place(self, filepath.Join(g.Product, product.PluginName)),
		product.WriteChecksum(g.Product),
		write(filepath.Join(g.Product, profile.FileName), string(text)),
	)
}

// place makes a link where that is possible, else a copy.
func place(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o755)
}

// open starts the station and writes the suite's configuration. The shelf's plugins have no source.
func (g *Ground) open(dir string, p broken.Plugin) (err error) {
	if p.Shelf {
		return os.WriteFile(g.File, []byte("sources: {}\n"), 0o644)
	}
	if g.station, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	g.all.Go(g.answer)
	password := filepath.Join(dir, "station.password")
	sources := fmt.Sprintf("{station: {address: '%s', password: '%s', label: north gate}}", g.station.Addr(), password)
	config := fmt.Sprintf("sources: %s\nnames: [%s]\nlargest:\n  root: '%s'\n  sources: %s\n",
		sources, strings.Join(names, ", "), filepath.Join(dir, "largest"), sources)
	return errors.Join(os.WriteFile(password, []byte(secret+"\n"), 0o600), os.WriteFile(g.File, []byte(config), 0o644))
}

// What the ground knows of its customer.
const secret = "open-sesame-5511"

var names = []string{"birke-12", "mila@kiefer.example", secret}

func (g *Ground) answer() {
	for {
		conn, err := g.station.Accept()
		if err != nil {
			return
		}
		g.all.Go(func() { g.visited(conn) })
	}
}

func (g *Ground) visited(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(g.came(1)))
	_, _ = conn.Read(make([]byte, 1)) // returns early if the other side closes
	g.came(-1)                        // before the answer, after which the next one may come
	_, _ = io.WriteString(conn, "77\n")
}

// came counts a visitor, and returns how long to let one wait.
func (g *Ground) came(more int) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.visitors += more
	g.most = max(g.most, g.visitors)
	return g.hold
}

// Hold lets the station wait before it answers, so that two visitors at the same time are seen.
func (g *Ground) Hold(wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hold = wait
}

// Most is how many connections the station had at the same time.
func (g *Ground) Most() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.most
}

// Close ends the station.
func (g *Ground) Close() {
	if g.station != nil {
		g.station.Close()
		g.all.Wait()
	}
}
