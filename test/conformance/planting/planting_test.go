package planting

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"
	"github.com/jackc/pgx/v5"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/appliance/postgres"
	"polycom.com/usagedata/test/appliance/snmpd"
)

// product is a profile with a closed list, and names are those of a product whose plugin sends a
// serial number, a license and a version.
var product = profile.Profile{Categories: []profile.Category{{Name: "system", Fields: []profile.Field{
	{Name: "serial_number", Kind: kind.Serial}, {Name: "features", Kind: kind.License, List: 4},
	{Name: "release", Kind: kind.Version}, {Name: "mode", Kind: kind.Enum, Values: []string{"stand-alone", "cluster"}},
	{Name: "host", Kind: kind.Hostname},
}}}}

func names() *Names {
	text := func(s string) *pluginpb.Value { return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: s}} }
	return New(product, map[string]*pluginpb.Category{"system": {Outcome: &pluginpb.Category_Record{
		Record: &pluginpb.Record{Fields: map[string]*pluginpb.Value{
			"serial_number": text("8K31-7742"), "release": text("6.4.1"), "host": text("birke-12"),
			"features": {Is: &pluginpb.Value_List{List: &pluginpb.List{Values: []*pluginpb.Value{text("ROUTING")}}}},
		}},
	}}})
}

// ANON-1: in each format names are replaced where a product has them, the same name always by the
// same planted one, and the values that a plugin may send stay, with the structure.
func TestNamesInTexts(t *testing.T) {
	files, err := filepath.Glob("testdata/was/*")
	if err != nil || len(files) < 11 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	for _, file := range files {
		was, err := os.ReadFile(file)
		want, missing := os.ReadFile(filepath.Join("testdata/is", filepath.Base(file)))
		if err := errors.Join(err, missing); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(names().Text(At("", filepath.Base(file)), was))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", file, diff)
		}
	}
}

// ANON-1: a link to the source itself stays, and a request gets the product's own names back.
func TestRequestsHoldTheProductsNames(t *testing.T) {
	n := names()
	n.hosts = []string{"station.example"}
	text := `{"uri": "https://station.example/x", "room": "Saal 7"}`
	planted := string(n.Text(Place{}, []byte(text)))
	if planted == text || n.Restore(planted) != text || !strings.Contains(planted, "https://station.example/x") {
		t.Errorf("got %s, and again %s", planted, n.Restore(planted))
	}
}

// relayed starts a relay to an address, and returns the relay's address.
func relayed(t *testing.T, n *Names, address string, trust Trust) string {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	relay := n.Relay(Source{Name: "station", URL: &url.URL{Host: address}, Trust: trust}, tcp, udp)
	t.Cleanup(relay.Close)
	return tcp.Addr().String()
}

// ANON-1: names in the rows of a real database are replaced, whatever the protocol of the query,
// with TLS and without it.
func TestNamesInRows(t *testing.T) {
	c, err := postgres.Start(postgres.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	settings, err := c.Sources(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	trust, err := NewTrust(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(trust.PEM)
	user, password := c.Reader()
	for _, secure := range []*tls.Config{nil, {RootCAs: trusted, ServerName: "127.0.0.1"}} {
		n := names()
		host, port, _ := net.SplitHostPort(relayed(t, n, settings["address"].(string), trust))
		config, err := pgx.ParseConfig(fmt.Sprintf("host=%s port=%s user=%s password=%s dbname=%s sslmode=disable",
			host, port, user, password, settings["name"]))
		if err != nil {
			t.Fatal(err)
		}
		config.TLSConfig = secure
		conn, err := pgx.ConnectConfig(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeCacheStatement} {
			var host, serial, state, facts string
			var calls int64
			var size float64
			err := conn.QueryRow(t.Context(), `SELECT 'birke-12', '8K31-7742', 'tanne-3' AS state, 1819304292::int8,
				0.5::float8, '{"mail": "mila@kiefer.example", "port": 389}'::jsonb::text WHERE $1`, mode, true).
				Scan(&host, &serial, &state, &calls, &size, &facts)
			got := fmt.Sprint(host, serial, state, calls, size, facts, err)
			want := fmt.Sprint("zilpzalp00001", "8K31-7742", "tanne-3", 1819304292, 0.5,
				`{"mail": "zilpzalp00002@zilpzalp.example", "port": 389}`, nil)
			if got != want {
				t.Errorf("mode %v, TLS %t: got %s want %s", mode, secure != nil, got, want)
			}
		}
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// ANON-1: names in the answers of a real SNMP agent are replaced. Numbers and the other texts stay,
// and a message of version 3 with authentication is not changed.
func TestNamesOfAnAgent(t *testing.T) {
	const oid = "1.3.6.1.4.1.8072.9999.9999"
	long := strings.Repeat("Raum Königsdorf ", 12) + "3"
	for _, v3 := range []bool{false, true} {
		d, err := snmpd.Start(snmpd.Config{V3: v3, Objects: []snmpd.Object{
			{OID: oid + ".1.0", Type: snmpd.Text, Value: "birke-12.kiefer.example"},
			{OID: oid + ".2.0", Type: snmpd.Text, Value: "8K31-7742"},
			{OID: oid + ".3.0", Type: snmpd.Integer, Value: "77"},
			{OID: oid + ".4.0", Type: snmpd.Text, Value: long},
		}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		settings, err := d.Sources(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		want := "zilpzalp00001.zilpzalp.example 8K31-7742 77 zilpzalp00002"
		if v3 {
			want = "birke-12.kiefer.example 8K31-7742 77 " + long
		}
		if got := asked(t, relayed(t, names(), settings["address"].(string), Trust{}), settings, oid); got != want {
			t.Errorf("version 3 %t: got %s want %s", v3, got, want)
		}
	}
}

// asked returns the values of four objects of an agent.
func asked(t *testing.T, address string, settings map[string]any, oid string) string {
	t.Helper()
	at := netip.MustParseAddrPort(address)
	client := &gosnmp.GoSNMP{Target: at.Addr().String(), Port: at.Port(), Timeout: 5 * time.Second,
		Version: gosnmp.Version2c}
	secret := func(key string) []string {
		text, err := os.ReadFile(settings[key].(string))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(text))
	}
	if settings["version"] == "3" {
		client.Version, client.SecurityModel, client.MsgFlags = gosnmp.Version3, gosnmp.UserSecurityModel,
			gosnmp.AuthPriv
		phrases := secret("passphrases")
		client.SecurityParameters = &gosnmp.UsmSecurityParameters{UserName: settings["user"].(string),
			AuthenticationProtocol: gosnmp.SHA256, AuthenticationPassphrase: phrases[0],
			PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: phrases[1]}
	} else {
		client.Community = secret("community")[0]
	}
	if err := client.Connect(); err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	answer, err := client.Get([]string{oid + ".1.0", oid + ".2.0", oid + ".3.0", oid + ".4.0"})
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, v := range answer.Variables {
		if text, is := v.Value.([]byte); is {
			values = append(values, string(text))
		} else {
			values = append(values, fmt.Sprint(v.Value))
		}
	}
	return strings.Join(values, " ")
}

// PLUG-2: no file and no message breaks the suite, and JSON stays JSON with the same keys.
func FuzzTexts(f *testing.F) {
	f.Add([]byte(`{"host": ["a-1", {"b": "c\"}]} ` + "[1]"))
	f.Add([]byte("<a b='c'>&lt;d</a>"))
	f.Add([]byte("{}0}"))
	f.Add([]byte("a,b\nc,d\n"))
	f.Add([]byte("- a: [b, 'c']\n"))
	f.Add([]byte("\x30\x0d\x02\x01\x01\x04\x00\xa2\x06\x02\x01\x01\x30\x01\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		n := names()
		is := n.Text(Place{}, text)
		if bytes.Count(is, []byte("\n")) > bytes.Count(text, []byte("\n")) {
			t.Errorf("got %q from %q, which has fewer lines", is, text)
		}
		if json.Valid(text) && !json.Valid(is) {
			t.Errorf("got %q, which is not JSON, from %q", is, text)
		}
		n.SNMP(Place{}, text)
		(&session{names: n}).answers('D', text)
		columnsIn(text)
	})
}
