package receiver

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/privateca"
	"polycom.com/usagedata/test/servers"
)

var (
	goodID      = regexp.MustCompile(`^[a-z]+\.[a-z]+$`)
	requirement = regexp.MustCompile(`^(SEND|COLL|VIEW)-[1-5](, (SEND|COLL|VIEW)-[1-5])?$`)
)

// PLUG-2: each check has an id, a rule and a reason, for the readers of a report; the checks of a topic
// follow each other, and what a check needs exists.
func TestEachCheckIsComplete(t *testing.T) {
	seen, topics := map[string]bool{}, []string{}
	for _, c := range All() {
		if !goodID.MatchString(c.ID) || seen[c.ID] {
			t.Errorf("%s: the id is none, or another check has it", c.ID)
		}
		seen[c.ID] = true
		if len(topics) == 0 || topics[len(topics)-1] != topic(c.ID) {
			topics = append(topics, topic(c.ID))
		}
		if c.judge == nil || !requirement.MatchString(strings.Join(c.Serves, ", ")) {
			t.Errorf("%s: it judges nothing, or serves %q", c.ID, c.Serves)
		}
		for _, text := range []string{c.Holds, c.Why} {
			if !strings.HasSuffix(text, ".") || !unicode.IsUpper([]rune(text)[0]) {
				t.Errorf("%s: %q is no sentence", c.ID, text)
			}
		}
	}
	for _, c := range All() {
		for _, id := range slices.Concat(c.needs, c.after) {
			if !seen[id] {
				t.Errorf("%s needs %s, which is no check", c.ID, id)
			}
		}
	}
	slices.Sort(topics)
	if len(slices.Compact(slices.Clone(topics))) != len(topics) {
		t.Errorf("got the topics %v, want each once", topics)
	}
}

// The documents of the suite are like those of an appliance: they conform to the published schema, are
// marked as tests, have the size that is asked for, and no two have the same id.
func TestDocumentsConform(t *testing.T) {
	resolved, err := jsonschema.NewCompiler().Compile("../../../core/document/usagedata-1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{URL: "https://localhost:8443"}
	if err := o.complete(); err != nil {
		t.Fatal(err)
	}
	v, err := newVisit(o)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, size := range []int{usualSize, largest, largest} {
		d := v.about(usage.LastPeriod(time.Now()), size)
		var value map[string]any
		if err := json.Unmarshal(d.body, &value); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(value); err != nil || len(d.body) != size || value["lab"] != true || seen[d.id] {
			t.Errorf("got %d bytes, want %d; id again: %v; %v", len(d.body), size, seen[d.id], err)
		}
		seen[d.id] = true
	}
	if spaced := pack("", gzipBomb()); len(spaced) > 200_000 || len(zstdBomb()) > 200_000 {
		t.Error("the bombs are large before they are unpacked")
	}
}

// A collection point that cannot be reached, or options that do not fit, are errors and no verdict.
func TestWrongUsageIsNoVerdict(t *testing.T) {
	closed := "127.0.0.1:" + strconv.Itoa(servers.Port(t))
	for name, tt := range map[string]struct {
		o    Options
		want string
	}{
		"no URL":        {Options{}, "not that of a collection point"},
		"http":          {Options{URL: "http://localhost:8443"}, "not that of a collection point"},
		"a path":        {Options{URL: "https://localhost:8443/v1/usage"}, "not that of a collection point"},
		"a user":        {Options{URL: "https://me:secret@localhost:8443"}, "not that of a collection point"},
		"no port there": {Options{URL: "https://localhost:8443", Connect: "localhost"}, "not HOST:PORT"},
		"a product":     {Options{URL: "https://localhost:8443", Product: "DMA"}, "product's id has the wrong form"},
		"a check":       {Options{URL: "https://localhost:8443", Only: []string{"digest.frist"}}, `no check "digest.frist"`},
		"a waiver": {Options{URL: "https://localhost:8443", Waivers: []result.Waiver{{Check: "digest.wrong"}}},
			"needs a reason and an expiry date"},
		"a time":    {Options{URL: "https://localhost:8443", Timeout: -1}, "a time limit is negative"},
		"no server": {Options{URL: "https://localhost:8443", Connect: closed}, "connect to the collection point"},
	} {
		_, err := Run(t.Context(), tt.o)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

// A server that accepts connections and says nothing, or talks without an end, fails a check, keeps the
// suite in its time, and does not fill its memory.
func TestHostileServers(t *testing.T) {
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"silent": "", "garbage": "\x15\x03\x03\x00\x02\x02\x28", "endless": "x"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = listener.Close() })
			go serve(listener, text, name == "endless")
			began := time.Now()
			r, err := Run(t.Context(), Options{URL: "https://localhost:8443", Connect: listener.Addr().String(),
				Roots: ca.Pool(), Timeout: 2 * time.Second})
			if err != nil || r.Verdict != result.NotConformant && r.Verdict != result.Unknown ||
				time.Since(began) > answerTime {
				t.Errorf("got %q after %v, %v", r.Verdict, time.Since(began), err)
			}
		})
	}
}

func serve(listener net.Listener, text string, endless bool) {
	for {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			_, err := c.Write([]byte(text))
			for endless && err == nil {
				_, err = c.Write(bytes.Repeat([]byte(text), 1<<10))
			}
		}()
	}
}

// SEND-4: a server that sends more tickets than an appliance gets past is found. Go's own server sends
// one, so OpenSSL sends them.
func TestManyTickets(t *testing.T) {
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	own, err := ca.Issue("localhost")
	if err != nil {
		t.Fatal(err)
	}
	text, err := privateca.PEM(own)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "server.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.1:" + strconv.Itoa(servers.Port(t))
	ctx, stop := context.WithCancel(t.Context())
	server := exec.CommandContext(ctx, "openssl", "s_server", "-accept", address, "-cert", file, "-num_tickets", "20")
	input, err := server.StdinPipe() // it ends a connection at the end of its input
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = input.Close()
		stop()
		_ = server.Wait()
	}()
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); <-time.After(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			break
		}
	}
	r, err := Run(t.Context(), Options{URL: "https://localhost:8443", Connect: address, Roots: ca.Pool(),
		Only: []string{"tls.tickets"}})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.Checks, func(d result.Done) bool { return d.ID == "tls.tickets" })
	if d := r.Checks[i]; d.Outcome != result.Fail || d.Says != "There were more than 15 tickets." {
		t.Errorf("got %s %q %q", d.Outcome, d.Says, d.Evidence)
	}
}
