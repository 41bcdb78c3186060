package status

import (
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/core/consent"
)

// Check is the line of a monitoring plugin: the state, what lasts, and figures behind a bar.
func (st Status) Check(zone *time.Location) string {
	says := "sending is off"
	if st.Decision == consent.Allowed.String() {
		says = "last upload: " + st.LastUpload(zone)
	}
	if st.Decision == consent.Allowed.String() && st.Delivery == File {
		says = "last export: " + st.ExportSentence(zone) + "; last receipt: " + st.ReceiptSentence(zone)
	}
	var troubles []string
	for _, t := range st.Troubles {
		troubles = append(troubles, t.Sentence)
	}
	if len(troubles) > 0 {
		says = strings.Join(troubles, "; ")
	}
	return fmt.Sprintf("USAGEDATA %s - %s | waiting=%d bytes_this_hour=%dB;;%d;0 failures=%d",
		strings.ToUpper(string(st.Health)), OneLine(says), st.Waiting, st.Bytes, st.BytesLimit, st.failures())
}

// failures counts the documents that could not be made or sent since the last success, once that is
// trouble.
func (st Status) failures() (n int) {
	for _, t := range st.Troubles {
		if t.Kind == UploadTrouble || t.Kind == DocumentTrouble {
			n += t.Times
		}
	}
	return n
}

// OneLine returns text that a monitoring program takes for one line without figures.
func OneLine(text string) string {
	return strings.NewReplacer("|", "/", "\n", " ", "\r", " ").Replace(text)
}
