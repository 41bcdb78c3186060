// Package archive writes the log archive that an administrator takes away (VIEW-2): a zip file with
// analytics.json, the documents that were sent, the journal, the host's logs, the decisions, the
// configuration without the values that name something, versions and checksums. unzip and Windows
// Explorer open it.
//
// The files in it are a closed list; no folder is walked, except that of the documents that were sent,
// each of which has a checksum. They and analytics.json are byte for byte what was accepted, which has
// passed the leak gate. All other files are text. They pass
// one more gate line by line, which knows the names of this appliance, and the names of people are
// replaced by pseudonyms. The archive is streamed, so its size does not matter to memory.
package archive

import (
	"archive/zip"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/usage"
)

// Contents are the files and texts of an archive that [Write] writes.
type Contents struct {
	Disk durable.Disk
	Now  time.Time // modification time of every entry

	Analytics string // file of the document that was accepted last
	// Files, the newest first. They are read in this order: if one is rotated meanwhile it is in
	// the archive twice, and not missing.
	Journal  []string
	Logs     []string // as Journal
	Decision string   // file
	History  string   // file
	Sent     sent.Store

	Configuration string // text that names nothing
	Versions      string // text
	Dictionary    string // text: the product's approved fields; empty if the product cannot be used

	// Named reports whether a line holds a name of this appliance.
	Named func(line string) bool
	// Person returns the pseudonym of a person who decided.
	Person func(name string) string
}

// Permitted returns an error if this user may not read any of the files: the archive would then say
// that nothing was ever sent. Files that do not exist yet do not count.
func (c Contents) Permitted() error {
	var barred error
	a := &writer{contents: c}
	for _, path := range slices.Concat([]string{c.Analytics, c.Decision, c.History}, c.Journal, c.Logs) {
		f, err := a.open(path)
		if err == nil {
			return f.Close()
		}
		if errors.Is(err, fs.ErrPermission) {
			barred = usage.WithHint(fmt.Errorf("read the journal, the logs and the decisions: %w", fs.ErrPermission),
				"run the command as root or as a member of the service's group")
		}
	}
	return barred
}

// Bounds in bytes: of the document, of any other file, of all files together, and of a line.
const (
	maxDocument = 1 << 20
	maxFile     = 16 << 20
	maxFiles    = 256 << 20
	maxLine     = 64 << 10
)

// Write writes the archive to w. It returns only errors of w: if a file cannot be read, the
// archive's README.txt says so, and the other files are there.
func Write(w io.Writer, c Contents) error {
	a := &writer{zip: zip.NewWriter(w), contents: c, room: maxFiles}
	a.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser,
		error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	a.document("analytics.json", c.Analytics)
	for i, path := range c.Journal {
		a.lines(rotatedName("journal.jsonl", i), path, a.record)
	}
	a.lines("decisions.jsonl", c.History, a.record)
	a.decision("decision.json", c.Decision)
	for i, path := range c.Logs {
		a.lines(rotatedName("usagedata.log", i), path, unchanged)
	}
	a.filtered("configuration.txt", c.Configuration)
	a.filtered("versions.txt", c.Versions)
	a.text("dictionary.md", c.Dictionary)
	a.sent()
	a.text("README.txt", a.readme())
	a.text("SHA256SUMS", a.sums.String())
	if a.err != nil {
		return fmt.Errorf("write the log archive: %w", a.err)
	}
	return a.zip.Close()
}

func rotatedName(name string, n int) string {
	if n == 0 {
		return name
	}
	return fmt.Sprintf("%s.%d", name, n)
}

// writer keeps what the last files of the archive report. After the first error of the zip it does
// nothing more.
type writer struct {
	zip      *zip.Writer
	contents Contents
	room     int64 // bytes that files may still take
	sums     strings.Builder
	missing  []string // files that are missing or incomplete, each with the reason
	withheld int      // lines
	parted   int      // documents of a former identity
	err      error
}

// entry begins a file of the archive. The caller must call the function that it returns, which
// notes the file's checksum.
func (a *writer) entry(name string) (io.Writer, func()) {
	if a.err != nil {
		return io.Discard, func() {}
	}
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.contents.Now.UTC().Truncate(2 * time.Second)}
	header.SetMode(0o640)
	out, err := a.zip.CreateHeader(header)
	if err != nil {
		a.err = err
		return io.Discard, func() {}
	}
	sum := sha256.New()
	return io.MultiWriter(sum, out), func() { fmt.Fprintf(&a.sums, "%x  %s\n", sum.Sum(nil), name) }
}

// text writes a text that is known to name nothing. It makes no file if the text is empty.
func (a *writer) text(name, text string) {
	if text == "" {
		return
	}
	out, done := a.entry(name)
	defer done()
	if _, err := io.WriteString(out, text); err != nil && a.err == nil {
		a.err = err
	}
}

// filtered writes a text that was made for the archive, each line past the gate.
func (a *writer) filtered(name, text string) {
	out, done := a.entry(name)
	defer done()
	for line := range strings.Lines(text) {
		a.line(out, []byte(line), unchanged)
	}
}
