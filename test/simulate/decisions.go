package simulate

import (
	"bytes"
	"encoding/json"
	"time"
)

// decisions are what the decision's file says, read as plainly as one can.
type decisions struct {
	text   []byte
	number int       // of the one that is in force: each change of the file is another decision
	since  time.Time // when it was made
	yes    bool      // it allows sending
	from   time.Time // not before: a decision is not trusted while it is dated more than a day in the future
	off    time.Time // since when sending is not allowed, where it once was
	denied time.Time // when the last denial was made
}

// read takes what the file says now.
func (d *decisions) read(text []byte) {
	if bytes.Equal(text, d.text) {
		return
	}
	var file struct {
		Choice string    `json:"choice"`
		Time   time.Time `json:"time"`
	}
	_ = json.Unmarshal(text, &file) // what can't be read is no yes
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

// crosses holds a byte against the decision that its connection was opened under.
func (d *decisions) crosses(w *world, under int) {
	switch {
	case !d.allow() && (d.off.IsZero() || time.Since(d.off) > noticed):
		w.broken(willing, "a byte crossed, withdrawn %v before", time.Since(d.off))
	case under != d.number && time.Since(d.since) > noticed:
		w.broken(bound, "a byte crossed of a connection opened under another decision, replaced %v before",
			time.Since(d.since))
	}
}
