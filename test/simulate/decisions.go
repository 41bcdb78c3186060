package simulate

import (
	"bytes"
	"encoding/json"
	"time"
)

// decisions is the content of the decision's file, read in the simplest way.
type decisions struct {
	text   []byte
	number int       // counts changes of the file: each is another decision
	since  time.Time // when the decision was made
	yes    bool      // the file allows sending
	from   time.Time // not before: a decision dated more than a day in the future is not trusted
	off    time.Time // when sending stopped being allowed; zero if it never was
	denied time.Time // when the last denial was made
}

// read reads the content of the file and notes a change.
func (d *decisions) read(text []byte) {
	if bytes.Equal(text, d.text) {
		return
	}
	var file struct {
		Choice string    `json:"choice"`
		Time   time.Time `json:"time"`
	}
	_ = json.Unmarshal(text, &file) // an unreadable decision does not allow
	allowed := d.allow()
	d.text, d.since = bytes.Clone(text), time.Now()
	d.number++
	d.yes, d.from = file.Choice == "allowed", file.Time.Add(-24*time.Hour)
	if allowed && !d.allow() {
		d.off = time.Now()
	}
	if file.Choice == "denied" || len(text) == 0 {
		d.denied = time.Now()
	}
}

// allow reports whether sending is allowed now.
func (d *decisions) allow() bool { return d.yes && !time.Now().Before(d.from) }

// crosses checks a byte that crosses against the decision under which its connection was opened.
func (d *decisions) crosses(w *world, under int) {
	switch {
	case !d.allow() && (d.off.IsZero() || time.Since(d.off) > noticed):
		w.broken(willing, "a byte crossed, withdrawn %v before", time.Since(d.off))
	case under != d.number && time.Since(d.since) > noticed:
		w.broken(bound, "a byte crossed of a connection opened under another decision, replaced %v before",
			time.Since(d.since))
	}
}
