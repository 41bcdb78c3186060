// Package archive writes the log archive that an administrator takes away (VIEW-2): a zip with analytics.json at its
// top, and beside it the journal, the host's logs, the decisions, the configuration without what it names, versions and
// checksums. unzip opens it as Windows' own tool does.
//
// Which files are in it is a closed list; no folder is walked. analytics.json is byte for byte what was accepted, and
// has passed the leak gate. All else is text that goes line by line past one more gate, which knows what this appliance
// is called, and with the names of people replaced by pseudonyms. It is streamed: its size does not matter to memory.
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
	"polycom.com/usagedata/core/usage"
)

// Contents are what goes in.
type Contents struct {
	Disk durable.Disk
	Now  time.Time // of every entry

	Analytics string // the file of the document that was accepted last
	// files, the newest first, as they are read: what is rotated meanwhile is there twice, and not missing
	Journal  []string
	Logs     []string // files, the same
	Decision string   // file
	History  string   // file

	Configuration string // text in which nothing is named
	Versions      string // text
	Dictionary    string // text: what the product's profile approves; empty where the product can't be used

	// Named tells whether a line holds what this appliance is called.
	Named func(line string) bool
	// Person is the pseudonym of somebody who decided.
	Person func(name string) string
}

// Permitted returns an error if this user may read none of the files: the archive would say that nothing was ever sent.
// Files that do not exist yet are no reason.
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

// Bounds, in bytes: of the document, of another file, of all files together, and of a line.
const (
	maxDocument = 1 << 20
	maxFile     = 16 << 20
	maxFiles    = 256 << 20
	maxLine     = 64 << 10
)

// Write writes the archive to w. An error is that of w; what can't be read is said in the archive, and the rest is
// there.
func Write(w io.Writer, c Contents) error {
	a := &writer{zip: zip.NewWriter(w), contents: c, room: maxFiles}
	a.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser,
		error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	a.document("analytics.json", c.Analytics)
	for i, path := range c.Journal {
		a.lines(older("journal.jsonl", i), path, a.record)
	}
	a.lines("decisions.jsonl", c.History, a.record)
	a.decision("decision.json", c.Decision)
	for i, path := range c.Logs {
		a.lines(older("usagedata.log", i), path, keep)
	}
	a.told("configuration.txt", c.Configuration)
	a.told("versions.txt", c.Versions)
	a.text("dictionary.md", c.Dictionary)
	a.text("README.txt", a.readme())
	a.text("SHA256SUMS", a.sums.String())
	if a.err != nil {
		return fmt.Errorf("write the log archive: %w", a.err)
	}
	return a.zip.Close()
}

func older(name string, n int) string {
	if n == 0 {
		return name
	}
	return fmt.Sprintf("%s.%d", name, n)
}

// writer keeps what is to be said at the end. After the first error of the zip it does nothing more.
type writer struct {
	zip      *zip.Writer
	contents Contents
	room     int64 // bytes that files may still take
	sums     strings.Builder
	missing  []string // why which file is not there, or not all of it
	withheld int      // lines
	err      error
}

// entry begins a file of the archive; close notes its checksum.
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

// text writes what is known to name nothing; nothing where there is none.
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

// told writes text that was made for the archive; whatever it is made of, it goes past the gate.
func (a *writer) told(name, text string) {
	out, done := a.entry(name)
	defer done()
	for line := range strings.Lines(text) {
		a.line(out, []byte(line), keep)
	}
}
