package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/test/spelling"
	"polycom.com/usagedata/test/stage"
)

// person is the name of the administrator in these tests. It must not appear in the archive.
const person = "Zwetschgenkern Canary"

// archive makes the log archive, unpacks it, and adds all of its texts to p. VIEW-2: analytics.json
// at the top of the archive is the accepted document, byte for byte, and the checksums match.
func (p played) archive(t *testing.T, s *stage.Stage) {
	t.Helper()
	for _, command := range [][]string{{"consent", "deny"}, {"consent", "allow", "--yes"},
		{"identity", "renew", "--yes"}, {"plugin", "retry"}} {
		p.says(t, s, 0, append(command, "--by", person)...)
	}
	zip, dir := filepath.Join(s.Dir, "logs.zip"), filepath.Join(s.Dir, "unzipped")
	said := p.says(t, s, 0, "logs", zip)
	if !strings.Contains(said, "logs.zip is written") {
		t.Errorf("logs: got %q", said)
	}
	for _, command := range [][]string{{"unzip", "-q", zip, "-d", dir},
		{"sh", "-c", "cd " + dir + " && sha256sum --check --strict --quiet SHA256SUMS"}} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	if got := read(t, filepath.Join(dir, "analytics.json")); got != string(p.document.Body) {
		t.Errorf("analytics.json: got %d bytes that are not the %d that were accepted", len(got), len(p.document.Body))
	}
	unpacked := played{texts: map[string]string{}}
	unpacked.holds(t, s.Dir, "unzipped")
	if len(unpacked.texts) < 10 {
		t.Errorf("got %d files in the archive", len(unpacked.texts))
	}
	key := read(t, filepath.Join(s.Dir, "state", "key"))
	for place, text := range unpacked.texts {
		p.texts["archive: "+place] = text
		for _, secret := range []string{person, key, hex.EncodeToString([]byte(key)),
			base64.StdEncoding.EncodeToString([]byte(key)), s.Dir, s.Point.Address()} {
			if spelling.Finds(text, secret) {
				t.Errorf("the archive's %s holds a secret, or somebody's name", place)
			}
		}
	}
}
