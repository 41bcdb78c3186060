package leak

import (
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"polycom.com/usagedata/core/regular"
)

// ANON-1: no system file, whatever its contents, crashes the service or produces an empty name.
func FuzzFilesOfTheSystem(f *testing.F) {
	for _, text := range []string{
		"kassel-mcu01.nordwerk.example\n", "search kassel.example # many\nnameserver fe80::1%eth0\n",
		"u:x:1000:1:Weber, Anna,,+49 561 9876543:/:/bin/sh\n",
		"server -4 clock.example\npool 0.debian.pool.ntp.org",
		"trapsess -v 2c\ncom2sec -Cn x\ncom2sec6 a b c\nrocommunity\nsysLocation\t\"x\n",
		"\ufeff[Resolve]\nDNS=[::1]:53%a#b;\n",
		"[realms]\n A.B = {\n[domain_realm]\n.a.b = A.B\n", "ldap_uri = ldaps://[::1/,://\ncn=\n", "\xff\xfea\x00.\x00",
		"Jos\xe9.\xc3\x28.xn--a.xn--\n", "..\n.a.\n-\n", "dc=a,dc=\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		text := decoded(raw)
		if strings.ContainsAny(text, "\x00\r") || strings.Contains(text, "\ufeff") {
			t.Errorf("%q: got a mark in it", text)
		}
		for _, from := range files {
			from.read(&learner{yield: func(n named) {
				if n.text == "" || strings.Contains(n.text, "\n") || n.rule == "" || n.kind == "" {
					t.Errorf("%s: got %+v", from.path, n)
				}
			}}, text)
		}
		_ = foldedSerial(text)
	})
}

// ANON-1: if only root may read the optional files, the appliance still sends; half of a file is
// always an error.
func TestFilesOfRoot(t *testing.T) {
	closed := &fs.PathError{Op: "open", Path: "etc/snmp/snmpd.conf", Err: syscall.EACCES}
	for _, tt := range []struct {
		err  error
		need need
		fine bool
	}{
		{closed, ifReadable, true}, {closed, ifThere, false}, {closed, always, false},
		{fs.ErrNotExist, ifReadable, true},
		{fs.ErrNotExist, ifThere, true},
		{fs.ErrNotExist, always, false}, {regular.ErrTooLong, ifReadable, false}, {syscall.EIO, ifReadable, false},
		{regular.ErrNotRegular, ifThere, false},
	} {
		if got := tt.need.judge(tt.err); (got == nil) != tt.fine {
			t.Errorf("%v of need %d: got %v", tt.err, tt.need, got)
		}
	}
}

// P12: a word in a comment is not a statement, and a line in another encoding is also returned in
// UTF-8.
func FuzzDecodedLines(f *testing.F) {
	f.Add([]byte("a # b\nc;d"))
	f.Add([]byte("Jos\xe9\n\xef\xbb\xbfx"))
	f.Add([]byte("\xfe\xff\x00a"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		text := decoded(raw)
		for words := range statements(text) {
			if strings.ContainsAny(strings.Join(words, ""), "#;") {
				t.Errorf("%q: got a comment in %q", text, words)
			}
		}
		broken := false
		for line := range strings.Lines(text) {
			valid := utf8.ValidString(line)
			if broken && !valid {
				t.Errorf("%q: got a line twice without a reading of it", line)
			}
			broken = !valid
		}
	})
}
