package handover

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/strictjson"
	"polycom.com/usagedata/core/usage"
)

const (
	receiptName   = "usagedata-receipt/"
	receiptFormat = receiptName + "1"
)

// Result says what the collection point did with a document.
type Result string

// The results.
const (
	Accepted Result = "accepted" // stored durably, now or before
	Rejected Result = "rejected" // it never will be accepted
	Conflict Result = "conflict" // another document has its id
)

// Reason says why a document was not accepted. The list is closed, because the appliance shows it.
type Reason string

// The reasons.
const (
	NoReason   Reason = ""
	TooOld     Reason = "too_old"     // its period is too long ago
	TooEarly   Reason = "too_early"   // its period has not ended yet, by the collection point's clock
	TooLarge   Reason = "too_large"   // it is too long
	BadContent Reason = "bad_content" // it does not follow the schema
	NotWanted  Reason = "not_wanted"  // the product is not one of this collection point
	OtherBody  Reason = "other_body"  // another document has its id
	Otherwise  Reason = "other"
)

var reasons = []Reason{NoReason, TooOld, TooEarly, TooLarge, BadContent, NotWanted, OtherBody, Otherwise}

// Receipt is what the collection point did with the documents of an export. A document that it leaves
// out keeps waiting on the appliance.
type Receipt struct {
	Documents []Handled
	// NotUnderstood counts entries that a reader left out, because they are invalid, or because an id
	// has several.
	NotUnderstood int
}

// Handled is the entry of one document.
type Handled struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"` // as [Digest] returns it
	Result Result `json:"result"`
	Reason Reason `json:"reason,omitempty"`
}

// receiptFile is the content of a receipt.
type receiptFile struct {
	Format    string            `json:"format"`
	Documents []json.RawMessage `json:"documents"`
}

// Encode returns the text of a receipt: one line for each document.
func (r Receipt) Encode() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\"format\":%q,\"documents\":[", receiptFormat)
	ids := map[string]bool{}
	for i, d := range r.Documents {
		if !d.valid() || ids[d.ID] || i == maxDocuments {
			return nil, errors.New("write the receipt: an entry is invalid, comes twice, or is one too many")
		}
		ids[d.ID] = true
		text, err := json.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("write the receipt: %w", err)
		}
		out.WriteString(strings.Repeat(",", min(i, 1)) + "\n")
		out.Write(text)
	}
	out.WriteString("\n]}\n")
	return out.Bytes(), nil
}

func (h Handled) valid() bool {
	_, _, valid := usage.ParseID(h.ID)
	return valid && isDigest(h.SHA256) && slices.Contains(reasons, h.Reason) &&
		slices.Contains([]Result{Accepted, Rejected, Conflict}, h.Result)
}

// maxReceipt bounds a receipt, in bytes.
const maxReceipt = 4 << 20

// errNotReceipt means that a file is not a receipt, or one of another version.
var errNotReceipt = errors.New("not a receipt for usage data")

const receiptHint = "name the receipt that the collection point wrote for the export"

// ReadReceipt reads a receipt. A mark of an editor at its beginning does not matter. An entry that is
// not understood costs only itself: it is counted. If this is something else, the error says so and has
// a hint. Any other error is that of in.
func ReadReceipt(in io.Reader) (Receipt, error) {
	raw, err := io.ReadAll(io.LimitReader(in, maxReceipt+1))
	if err != nil {
		return Receipt{}, fmt.Errorf("read the receipt: %w", err)
	}
	switch text := plaintext.Decode(raw); {
	case bytes.HasPrefix(raw, []byte(gzipHeader[:3])):
		return Receipt{}, notReceipt("it is an export, or another packed file", receiptHint)
	case len(raw) > maxReceipt:
		return Receipt{}, notReceipt("it is too long", receiptHint)
	case len(bytes.TrimSpace(text)) == 0:
		return Receipt{}, notReceipt("it is empty", "copy the receipt again from the collection point")
	default:
		return parseReceipt(text)
	}
}

func parseReceipt(text []byte) (r Receipt, err error) {
	members, err := strictjson.Parse(text)
	var format string
	if err != nil || json.Unmarshal(members.Find("format"), &format) != nil {
		if bytes.Contains(text, []byte(receiptName)) {
			return r, notReceipt("it is damaged or cut off", "copy the receipt again from the collection point")
		}
		return r, notReceipt("it has another form", receiptHint)
	}
	var file receiptFile
	switch {
	case format != receiptFormat && strings.HasPrefix(format, receiptName):
		return r, notReceipt("it has another version of the format", laterVersion)
	case format != receiptFormat:
		return r, notReceipt("it has another format", receiptHint)
	case !decode(text, &file) || file.Documents == nil:
		return r, notReceipt("it has other members than a receipt", receiptHint)
	case len(file.Documents) > maxDocuments:
		return r, notReceipt("it has more documents than any export", receiptHint)
	}
	r.take(file.Documents)
	return r, nil
}

func notReceipt(why, hint string) error {
	return usage.WithHint(fmt.Errorf("%w: %s", errNotReceipt, why), hint)
}

// take takes the valid entries. Of two entries of one id neither counts, unless they are equal.
func (r *Receipt) take(entries []json.RawMessage) {
	at := map[string]Handled{}
	contradicted := map[string]bool{}
	for _, entry := range entries {
		var d Handled
		if !decode(entry, &d) || !d.valid() {
			r.NotUnderstood++
			continue
		}
		before, again := at[d.ID]
		switch at[d.ID] = d; {
		case !again:
			r.Documents = append(r.Documents, d)
		case before != d:
			contradicted[d.ID] = true
		}
	}
	r.Documents = slices.DeleteFunc(r.Documents, func(d Handled) bool { return contradicted[d.ID] })
	r.NotUnderstood += len(contradicted)
}

// decode reads one JSON object, and reports whether it has members of into only, each once.
func decode(text []byte, into any) bool {
	if _, err := strictjson.Parse(text); err != nil {
		return false
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	return in.Decode(into) == nil
}
