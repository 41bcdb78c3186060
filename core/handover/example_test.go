package handover_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"polycom.com/usagedata/core/handover"
	"polycom.com/usagedata/core/usage"
)

// A collection point takes the documents of an export, and writes the receipt.
func Example() {
	var file bytes.Buffer
	if err := appliance(&file); err != nil {
		fmt.Println(err)
		return
	}
	in, err := handover.NewReader(&file)
	if err != nil {
		fmt.Println(err) // with a hint for the operator
		return
	}
	var receipt handover.Receipt
	for {
		d, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, handover.ErrDamaged) || errors.Is(err, handover.ErrIncomplete) {
			fmt.Println(err) // the whole documents count
			continue
		}
		if err != nil { // the disk cannot be read
			fmt.Println(err)
			return
		}
		handled := handover.Handled{ID: d.ID, SHA256: handover.Digest(d.Body), Result: handover.Accepted}
		if _, period, _ := usage.ParseID(d.ID); period.Start.Year() < 2026 {
			handled.Result, handled.Reason = handover.Rejected, handover.TooOld
		} // else store the document durably, as after a PUT
		receipt.Documents = append(receipt.Documents, handled)
	}
	text, err := receipt.Encode()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(text), "bytes for", receipt.Documents[0].ID)
	// Output: 201 bytes for acme-20260301T1300Z-00000000000000000000000001
}

// The appliance takes the receipt, and records the documents that still wait.
func ExampleReadReceipt() {
	receipt, err := handover.ReadReceipt(strings.NewReader(`{"format":"usagedata-receipt/1","documents":[]}`))
	fmt.Println(len(receipt.Documents), err)
	// Output: 0 <nil>
}

// appliance writes an export of one document.
func appliance(out io.Writer) error {
	w, err := handover.NewWriter(out, "acme")
	if err != nil {
		return err
	}
	d := handover.Document{ID: "acme-20260301T1300Z-00000000000000000000000001", Body: []byte("{}\n")}
	if err := w.Add(d); err != nil && !errors.Is(err, handover.ErrUnfit) {
		return err
	}
	return w.End()
}
