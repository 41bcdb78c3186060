package upload

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/budget"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/proxy"
)

// relayVariable tells this test program to be a relay, or a proxy, in a process of its own.
const relayVariable = "USAGEDATA_TEST_RELAY"

func playRelay(text string) int {
	var config proxy.Config
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		return 2
	}
	if err := proxy.Play(config, os.Stdin, os.Stdout); err != nil {
		return 1
	}
	return 0
}

// outside is a relay in another process.
type outside struct {
	address string
	in      io.Writer
	out     *bufio.Reader
}

func startOutside(t testing.TB, config proxy.Config) *outside {
	t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program)
	command.Env = append(os.Environ(), relayVariable+"="+string(text))
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := command.Wait(); err != nil {
			t.Errorf("relay: %v", err)
		}
	})
	o := &outside{in: in, out: bufio.NewReader(out)}
	o.address = strings.TrimSpace(o.line(t))
	return o
}

func (o *outside) line(t testing.TB) string {
	t.Helper()
	line, err := o.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// counted is what the relay has seen once so many connections have ended.
func (o *outside) counted(t testing.TB, connections int) (in, out int64) {
	t.Helper()
	fmt.Fprintln(o.in, connections)
	if _, err := fmt.Sscan(o.line(t), &in, &out); err != nil {
		t.Fatal(err)
	}
	return in, out
}

// gated is a gate that is open, whose every connection goes to this address.
func gated(t testing.TB, address string) *gate.Gate {
	t.Helper()
	money, err := budget.Open(durable.OS{}, filepath.Join(t.TempDir(), "budget"), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	return &gate.Gate{
		Budget: money, Consent: func(context.Context) gate.Decision { return always{} }, Now: midHour,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
}

// always is a decision that is in force for ever.
type always struct{}

func (always) Check() error           { return nil }
func (always) Ended() <-chan struct{} { return nil }

// straight goes through the gate without a look-up, which a relay would not see.
func straight(g *gate.Gate) func(context.Context, string, string) (net.Conn, error) {
	return straightTo(g, "192.0.2.1:3128")
}

func straightTo(g *gate.Gate, address string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return g.DialContext(ctx, network, address)
	}
}

// midHour keeps tests out of the end of a clock hour, at which connections end.
func midHour() time.Time { return time.Now().Truncate(time.Hour).Add(30 * time.Minute) }

// isWith reports whether n bytes are so many at the socket, and no more headers than so many connections take. On a
// busy machine one segment of each may be repeated, after which the gate takes others for lost.
func isWith(n, carried, connections int64) bool {
	const segment, few, many, repeated = 52, 5, 30, 1448
	return n >= carried+few*segment*connections &&
		n <= (carried+repeated*connections)*7/5+many*segment*connections
}

// SEND-4: what a relay in another process counts at the socket is, with headers for it, what the gate says, and what
// the budget has spent: straight and through a proxy, in a first session and in resumed ones, accepted, refused and
// broken off. test/wire counts packets.
func TestWireEqualsTheCountOutside(t *testing.T) {
	for name, c := range map[string]struct {
		relay     proxy.Config
		point     collectionpoint.Config
		behaviour string
		documents int
	}{
		"straight":          {relay: proxy.Config{Relay: true}, documents: 1},
		"straight, resumed": {relay: proxy.Config{Relay: true}, documents: 3},
		"proxy":             {relay: proxy.Config{Credentials: "user:password"}, documents: 1},
		"proxy, resumed":    {relay: proxy.Config{Credentials: "user:password"}, documents: 3},
		"proxy refuses": {relay: proxy.Config{Answer: "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\nsorry"},
			documents: 2},
		"503":      {relay: proxy.Config{Relay: true}, behaviour: "status:503", documents: 1},
		"hangs up": {relay: proxy.Config{Relay: true}, behaviour: "store-hangup", documents: 1},
		"TLS 1.2": {relay: proxy.Config{Relay: true}, point: collectionpoint.Config{MaxVersion: 0x0303},
			documents: 2},
	} {
		t.Run(name, func(t *testing.T) {
			point, config := startPoint(t, c.point)
			if err := point.Behave(c.behaviour); err != nil {
				t.Fatal(err)
			}
			c.relay.To = point.Address()
			relay := startOutside(t, c.relay)
			g := gated(t, relay.address)
			config.DialContext = g.DialContext
			address := "192.0.2.1:3128"
			config.Host = host
			if !c.relay.Relay {
				config.Proxy, config.ProxyCredentials = address, credentials("user:password")
			} else {
				config.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
					return g.DialContext(ctx, network, address)
				}
			}
			s, err := New(config)
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.documents {
				err := s.Send(t.Context(), fmt.Sprint("document-", i), document)
				if wrong := c.behaviour != "" || c.relay.Answer != ""; (err != nil) != wrong {
					t.Fatalf("send: got %v, want an error %v", err, wrong)
				}
			}
			in, out := g.Wire()
			forth, back := relay.counted(t, c.documents)
			if n := int64(c.documents); !isWith(in, back, n) || !isWith(out, forth, n) || out == 0 {
				t.Errorf("the gate counts %d in and %d out, the relay %d and %d", in, out, back, forth)
			}
			if err := g.Budget.Settle(midHour()); err != nil {
				t.Fatal(err)
			}
			if got := g.Budget.Spent(midHour()); got != in+out {
				t.Errorf("budget: got %d spent, want %d", got, in+out)
			}
			if want := c.documents - 1; c.relay.Answer == "" && point.Resumed() != want {
				t.Errorf("resumed: got %d sessions, want %d", point.Resumed(), want)
			}
		})
	}
}
