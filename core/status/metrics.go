package status

import (
	"fmt"
	"strings"

	"polycom.com/usagedata/core/consent"
)

// Metrics returns the figures in the text format of Prometheus, without times of their own. They are
// about the service, and hold no value of a document.
func (st Status) Metrics() []byte {
	var out strings.Builder
	figure := func(name, help string, value int64) {
		fmt.Fprintf(&out, "# HELP usagedata_%[1]s %[2]s\n# TYPE usagedata_%[1]s gauge\n", name, help)
		fmt.Fprintf(&out, "usagedata_%s{product=%q} %d\n", name, st.Product, value)
	}
	allowed, last := int64(0), int64(0)
	if st.Decision == consent.Allowed.String() {
		allowed = 1
	}
	if st.LastSent != nil {
		last = st.LastSent.Time.Unix()
	}
	exported, receipt := int64(0), int64(0)
	if st.LastExport != nil {
		exported = st.LastExport.Time.Unix()
	}
	if !st.LastReceipt.IsZero() {
		receipt = st.LastReceipt.Unix()
	}
	figure("allowed", "Whether sending is allowed.", allowed)
	figure("health", "0 ok, 1 warning, 2 critical, as usagedata status --check.", int64(st.Health.Code()))
	figure("last_upload_timestamp_seconds", "When a document was last accepted; 0 if none was.", last)
	figure("last_export_timestamp_seconds", "When waiting documents were last exported to a file; 0 if never.",
		exported)
	figure("last_receipt_timestamp_seconds", "When a receipt for an export last recorded a document; 0 if never.",
		receipt)
	figure("waiting_documents", "Documents that wait.", int64(st.Waiting))
	figure("hour_bytes", "Bytes of IP in this clock hour.", st.Bytes)
	figure("hour_bytes_limit", "The limit of hour_bytes.", st.BytesLimit)
	figure("failures_in_a_row", "Documents or uploads that failed since the last success, once that is trouble.",
		int64(st.failures()))
	figure("withheld_fields", "Fields that are withheld in one document after another.", int64(len(st.Withheld)))
	return []byte(out.String())
}
