package authorities

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"polycom.com/usagedata/core/usage"
)

// issuer is an authority with its key. A test may change a byte of its certificate.
type issuer struct {
	key  *ecdsa.PrivateKey
	made *x509.Certificate
}

// newIssuer makes an issuer whose serial number begins with a byte that a test can find.
func newIssuer(t testing.TB, name string) issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial), Subject: pkix.Name{CommonName: name}, IsCA: true,
		BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"canary.example"},
	}
	return issuer{key, signed(t, template, template, key, key)}
}

var serial = []byte{0x4f, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77}

func signed(t testing.TB, template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func written(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

// S6: [Parse] reads an authority from every file format in use.
func TestForms(t *testing.T) {
	a := newIssuer(t, "canary")
	plain := written("CERTIFICATE", a.made.Raw)
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		t.Fatal(err)
	}
	wide := "\xff\xfe" + strings.Join(strings.Split(strings.ReplaceAll(plain, "\n", "\r\n"), ""), "\x00") + "\x00"
	for name, text := range map[string]string{
		"as it is":            plain,
		"byte order mark":     "\ufeff" + plain,
		"Windows":             "\ufeff" + strings.ReplaceAll(plain, "\n", "\r\n"),
		"old line ends":       strings.ReplaceAll(plain, "\n", "\r"),
		"UTF-16":              wide,
		"no last line end":    strings.TrimSpace(plain),
		"spaces at line ends": strings.ReplaceAll(plain, "\n", " \t\n"),
		"out of YAML":         "    " + strings.ReplaceAll(plain, "\n", "\n    "),
		"empty lines":         strings.ReplaceAll(plain, "\n", "\n\n"),
		"as openssl -text":    "Certificate:\n    Data:\n        Subject: CN=K\xf6ln\n" + plain,
		"with its key":        written("PRIVATE KEY", key) + plain,
		"old label":           written("X509 CERTIFICATE", a.made.Raw),
		"DER":                 string(a.made.Raw),
	} {
		b, err := Parse([]byte(text))
		if err != nil || len(b.Unread) > 0 || len(b.Certificates) != 1 || !b.Certificates[0].Equal(a.made) {
			t.Errorf("%s: got %d certificates, %v, %v", name, len(b.Certificates), b.Unread, err)
			continue
		}
		if again, err := Parse(b.PEM()); err != nil || !again.Pool().Equal(b.Pool()) {
			t.Errorf("%s: got %v of what was written anew", name, err)
		}
	}
}

// S6: an authority with a negative serial number is read, and certificates that it signed are
// verified.
func TestANegativeSerialNumber(t *testing.T) {
	a := newIssuer(t, "canary")
	odd := bytes.Clone(a.made.Raw)
	odd[bytes.Index(odd, serial)] |= 0x80
	b, err := Parse([]byte(written("CERTIFICATE", odd)))
	if err != nil || b.Certificates[0].SerialNumber.Sign() >= 0 {
		t.Fatalf("got %v, want a negative serial number", err)
	}
	leaf := signed(t, &x509.Certificate{DNSNames: []string{"server.example"}, NotAfter: time.Now().Add(time.Hour)},
		a.made,
		newIssuer(t, "").key, a.key)
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: b.Pool(), DNSName: "server.example"}); err != nil {
		t.Error(err)
	}
}

// Concatenated files are read whole, however each begins and ends.
func TestConcatenatedFiles(t *testing.T) {
	first, last := newIssuer(t, "first"), newIssuer(t, "last")
	a, b := written("CERTIFICATE", first.made.Raw), written("CERTIFICATE", last.made.Raw)
	for _, text := range []string{a + b, "\ufeff" + a + "\ufeff" + b, strings.TrimSpace(a) + b,
		strings.TrimSpace(a) + "\ufeff" + b, strings.ReplaceAll(a, "\n", "\r\n") + b} {
		got, err := Parse([]byte(text))
		if err != nil || len(got.Certificates) != 2 || len(got.Unread) > 0 {
			t.Errorf("%.9q: got %d certificates, %v, %v", text, len(got.Certificates), got.Unread, err)
		}
	}
}

// One odd certificate among many is the only one lost, and [Bundle.Unread] has the reason.
func TestOneInvalidCertificateOfMany(t *testing.T) {
	first, last := newIssuer(t, "first"), newIssuer(t, "last")
	good := written("CERTIFICATE", first.made.Raw)
	for name, tt := range map[string]struct{ odd, want string }{
		"cut off":          {good[:len(good)/2] + "\n", "is not complete"},
		"not base64":       {strings.Replace(good, "\nM", "\n*", 1), "is damaged"},
		"no certificate":   {written("CERTIFICATE", []byte{0x30, 3, 2, 1, 1}), "cannot be read: malformed"},
		"trust settings":   {written("TRUSTED CERTIFICATE", first.made.Raw), "OpenSSL trust settings"},
		"of another label": {strings.ReplaceAll(good, "CERTIFICATE", "X509 CRL"), ""},
	} {
		text := strings.Repeat(good, 149) + tt.odd + written("CERTIFICATE", last.made.Raw)
		b, err := Parse([]byte(text))
		if err != nil || len(b.Certificates) != 150 || !b.Certificates[149].Equal(last.made) {
			t.Errorf("%s: got %d certificates, %v, want 150", name, len(b.Certificates), err)
		}
		if len(b.Unread) != min(len(tt.want), 1) || tt.want != "" && !strings.Contains(b.Unread[0].Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, b.Unread, tt.want)
		}
	}
}

// S6: if a file has no certificate, the error says in plain words what it holds instead, and the
// hint how to correct it.
func TestFilesWithoutACertificate(t *testing.T) {
	a := newIssuer(t, "canary")
	good := written("CERTIFICATE", a.made.Raw)
	odd := bytes.Clone(a.made.Raw)
	odd[bytes.Index(odd, []byte("canary.example"))] = 0xff
	for name, tt := range map[string]struct{ text, want, hint string }{
		"nothing":     {"", "it is empty", "PEM"},
		"white space": {"\ufeff\r\n"[3:], "it is empty", "PEM"},
		"text":        {"canary", "the file has no certificate", "PEM"},
		"in one line": {strings.ReplaceAll(good, "\n", `\n`), "must be on a line of its own", "PEM"},
		"key":         {written("EC PRIVATE KEY", []byte("canary")), "a private key", "secret"},
		"locked key":  {written("ENCRYPTED PRIVATE KEY", []byte("canary")), "a private key", "secret"},
		"public key":  {written("PUBLIC KEY", []byte("canary")), "a public key", "PEM"},
		"request":     {written("NEW CERTIFICATE REQUEST", []byte("canary")), "a certificate request", "issued"},
		"revocations": {written("X509 CRL", []byte("canary")), "revoked", "PEM"},
		"PKCS#7":      {written("PKCS7", []byte("canary")), "PKCS#7", "openssl pkcs7 -print_certs"},
		"PKCS#7 in DER": {"\x30\x82\x05\x01\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0", "PKCS#7",
			"-inform DER"},
		"PKCS#12":           {"\x30\x82\x09\x21\x02\x01\x03\x30\x82\x08\xe7", "PKCS#12", "openssl pkcs12"},
		"another DER":       {"\x30\x03\x02\x01\x01", "can be read", "PEM"},
		"other PEM":         {written("OPENSSH", []byte("canary")), "something other", "PEM"},
		"trust settings":    {written("TRUSTED CERTIFICATE", a.made.Raw), "OpenSSL trust settings", "openssl x509"},
		"without its end":   {good[:len(good)-10], "is not complete", "again"},
		"a name in it":      {written("CERTIFICATE", odd), "cannot be read", "again"},
		"typographic signs": {strings.ReplaceAll(good, "-----", "\u2014\u2014"), "the file has no certificate", "PEM"},
	} {
		b, err := Parse([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(usage.HintOf(err), tt.hint) {
			t.Errorf("%s: got %v, hint %q, want %s and %s", name, err, usage.HintOf(err), tt.want, tt.hint)
			continue
		}
		if len(b.Certificates) > 0 || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: got %d certificates, and %v, want none of the file in it", name, len(b.Certificates), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	a := newIssuer(f, "canary")
	f.Add([]byte(written("CERTIFICATE", a.made.Raw)))
	f.Add(a.made.Raw)
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n-----BEGIN X-----"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := Parse(raw)
		if (err == nil) != (len(b.Certificates) > 0) || err != nil && usage.HintOf(err) == "" {
			t.Errorf("got %d certificates, %v, hint %q", len(b.Certificates), err, usage.HintOf(err))
		}
	})
}
