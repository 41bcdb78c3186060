package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/test/privateca"
	"polycom.com/usagedata/test/servers"
	"polycom.com/usagedata/test/stage"
)

// site is an appliance and a real [servers.Server] that it sends to, or through.
type site struct {
	t               *testing.T
	stage           *stage.Stage
	server          *servers.Server
	clients, others *privateca.CA // the server accepts certificates of clients, and rejects those of others
	config          string        // config.yaml of the stage
	id              string        // id of the document
}

func settle(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, stage: set(t, stage.Plan{Product: "dma"}), server: servers.New(t)}
	for _, ca := range []**privateca.CA{&s.clients, &s.others} {
		var err error
		if *ca, err = privateca.New(); err != nil {
			t.Fatal(err)
		}
	}
	s.server.Certify(s.stage.Point.CA, s.clients, "localhost")
	s.server.Folder("data/v1/usage")
	s.config = read(t, s.stage.Config)
	s.direct("")
	allow(t, s.stage)
	return s
}

// configure writes config.yaml: the address of the collection point, more lines about it, and other
// settings.
func (s *site) configure(host, port, more, others string) {
	s.t.Helper()
	text := strings.Replace(s.config, "  host: localhost\n  port: "+s.port()+"\n",
		"  host: "+host+"\n  port: "+port+"\n"+more, 1)
	write(s.t, s.stage.Config, text+others)
}

// fails checks that the upload fails with these words in the journal and this hint, and that the
// document waits.
func (s *site) fails(want, hint string) {
	s.t.Helper()
	said := played{texts: map[string]string{}}.says(s.t, s.stage, 4, "send")
	if !strings.Contains(said, "hint: ") || !strings.Contains(said, hint) {
		s.t.Errorf("got\n%s\nwant a hint that says %q", said, hint)
	}
	line := s.last()
	if line.Outcome != journal.Failed || line.Reason != "upload "+line.ID+": "+want {
		s.t.Errorf("journal: got %s, %q, want %q", line.Outcome, line.Reason, want)
	}
	if s.id == "" {
		s.id = line.ID
	}
	if _, err := os.Stat(filepath.Join(s.stage.Dir, "state", "spool", s.id+".doc")); err != nil {
		s.t.Errorf("the document does not wait: %v", err)
	}
}

func (s *site) last() (line journal.Entry) {
	s.t.Helper()
	lines := strings.Split(strings.TrimSpace(read(s.t, filepath.Join(s.stage.Dir, "journal.jsonl"))), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil {
		s.t.Fatal(err)
	}
	return line
}

// delivers checks that the waiting document is accepted, and that the server, or the collection
// point behind it, has it as analytics.json shows it.
func (s *site) delivers() {
	s.t.Helper()
	played{texts: map[string]string{}}.says(s.t, s.stage, 0, "send")
	if line := s.last(); line.Outcome != journal.Uploaded || line.ID != s.id {
		s.t.Errorf("journal: got %s of %s, want %s uploaded", line.Outcome, line.ID, s.id)
	}
	shown := read(s.t, filepath.Join(s.stage.Dir, "analytics.json"))
	if got := s.kept(); got != shown {
		s.t.Errorf("kept: got %d bytes, want the %d of analytics.json", len(got), len(shown))
	}
}

// kept returns the body of the [collectionpoint.Document] that the stand-in stored, or else of the
// document that the server stored.
func (s *site) kept() string {
	s.t.Helper()
	for _, document := range s.stage.Point.Received() {
		if document.ID == s.id {
			return string(document.Body)
		}
	}
	packed := []byte(read(s.t, s.server.Path("data/v1/usage/dma/"+s.id)))
	body, err := unpack(packed)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(body)
}

// unpack decompresses a document. It distinguishes the two encodings as the protocol page says.
func unpack(packed []byte) ([]byte, error) {
	if bytes.HasPrefix(packed, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(unpacked)
	}
	unpacked, err := zstd.NewReader(nil)
	if err != nil {
		return nil, err
	}
	defer unpacked.Close()
	return unpacked.DecodeAll(packed, nil)
}
