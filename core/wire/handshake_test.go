package wire

import (
	"encoding/base64"
	"strings"
	"testing"

	"polycom.com/usagedata/test/privateca"
)

// shown returns a certificate in the form that a plugin's handshake has.
func shown(t testing.TB) string {
	t.Helper()
	ca, err := privateca.New()
	if err != nil {
		t.Fatal(err)
	}
	issued, err := ca.Issue("localhost")
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawStdEncoding.EncodeToString(issued.Certificate[0])
}

// PLUG-1: [Refusal] describes a faulty handshake in the host's own words, and never quotes the
// plugin.
func TestRefusal(t *testing.T) {
	certificate := shown(t)
	for line, want := range map[string]string{
		"1|1|unix|/run/x/s|grpc|" + certificate:            "",
		"  1|1|unix|/run/x/s|grpc|" + certificate + "\r\n": "",
		"1|1|unix|/run/x/s|grpc|" + certificate + "|true":  "", // the seventh part, from go-plugin
		"":                                  errNoLine.Error(),
		"core-01.corp.example.com is ready": errNoLine.Error(),
		"one|1|unix|/run/x/s|grpc|":         errNoLine.Error(),
		"1|core-01|unix|/run/x/s|grpc|":     errNoLine.Error(),
		"1|-1|unix|/run/x/s|grpc|":          errNoLine.Error(),
		"2|1|unix|/run/x/s|grpc|": "it uses version 2 of go-plugin's handshake, " +
			"this host version 1",
		"1|99|unix|/run/x/s|grpc|": "it speaks version 99 of the plugin protocol, " +
			"this host version 1",
		"1|0|unix|/run/x/s|grpc|": "it speaks version 0 of the plugin protocol, " +
			"this host version 1",
		"1|99999999999|unix|/run/x/s|grpc|":           errNoLine.Error(),
		"1|1|unix|/run/x/s":                           errNoGRPC.Error(),
		"1|1|unix|/run/x/s|netrpc|":                   errNoGRPC.Error(),
		"1|1|unix|/run/x/s|grpc":                      errNoCertificate.Error(),
		"1|1|unix|/run/x/s|grpc|":                     errNoCertificate.Error(),
		"1|1|unix|/run/x/s|grpc|core-01":              errCertificate.Error(),
		"1|1|unix|/run/x/s|grpc|" + certificate[:100]: errCertificate.Error(),
	} {
		got := ""
		if err := Refusal([]byte(line)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%.60q: got %q want %q", line, got, want)
		}
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add("1|1|unix|/run/x/s|grpc|" + shown(f))
	f.Add("2|1|unix|/run/x/s|grpc|")
	f.Fuzz(func(t *testing.T, line string) {
		err := Refusal([]byte(line))
		if err == nil {
			return
		}
		words := "it uses version of go-plugin's handshake, this host version it speaks version of the plugin " +
			"protocol, " +
			errNoLine.Error() + " " + errNoGRPC.Error() + " " + errNoCertificate.Error() + " " + errCertificate.Error()
		for _, word := range strings.Fields(err.Error()) {
			if strings.Trim(word, "0123456789") != "" && !strings.Contains(words, word) {
				t.Errorf("%q is not of the host", word)
			}
		}
	})
}
