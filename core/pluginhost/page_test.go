package pluginhost

import (
	"testing"

	"polycom.com/usagedata/test/wirepage"
)

// PLUG-2: what an author in another language reads is what the host does.
func TestThePageHasTheLimits(t *testing.T) {
	wirepage.Limits(t, "core/pluginhost", map[string]any{
		"start, to the handshake":       startLimit,
		"Describe":                      describeLimit,
		"stop, all of it":               stopLimit,
		"first line on standard output": wirepage.Bytes(maxHandshake),
		"one message":                   wirepage.Bytes(maxMessage),
		"one log line":                  wirepage.Bytes(maxLine),
		"log lines":                     maxLines,
	})
}
