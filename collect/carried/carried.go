// Package carried imports documents that were carried in a file, from a site whose appliances cannot
// reach the collection point. It looks for an earlier import of each document, so that the same file,
// or another one with the same documents, changes nothing. If two imports run at the same time, or
// the document also came over the network, it may be stored twice, and counts once, by its id.
//
// After a crash, some documents are stored and there is no receipt: import the file again.
package carried

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"polycom.com/usagedata/collect/receive"
	"polycom.com/usagedata/collect/segment"
	"polycom.com/usagedata/collect/shelf"
	"polycom.com/usagedata/collect/store"
	"polycom.com/usagedata/core/handover"
	"polycom.com/usagedata/core/usage"
)

// Options of [Import].
type Options struct {
	receive.Terms
	Now time.Time
}

// Result of [Import].
type Result struct {
	// Receipt is for the appliance. It says nothing about documents that are damaged in the file.
	Receipt handover.Receipt
	Stored  int // by this import
	Known   int // by an earlier import, the same document
	// Later counts the documents that are not accepted now, and wait on the appliance: those of a
	// product that this collection point does not accept yet, and those of an appliance whose clock
	// is far ahead.
	Later int
	// Damaged are the faults of the file, which cost only the documents that they hit.
	Damaged []error
}

// Import reads an export and stores its documents. An error means that the store or the file failed. The
// receipt is then about the documents before the error; they stay stored.
func Import(ctx context.Context, s store.Store, in io.Reader, o Options) (Result, error) {
	var result Result
	export, err := handover.NewReader(in)
	if err != nil {
		return result, err
	}
	for {
		document, err := export.Next()
		switch {
		case errors.Is(err, io.EOF):
			return result, nil
		case errors.Is(err, handover.ErrDamaged), errors.Is(err, handover.ErrIncomplete):
			result.Damaged = append(result.Damaged, err)
			continue
		case err != nil:
			return result, err
		}
		handled := handover.Handled{ID: document.ID, SHA256: handover.Digest(document.Body), Result: handover.Rejected}
		switch handled.Reason = reason(document, o); handled.Reason {
		case handover.NotWanted, handover.TooEarly:
			result.Later++
			continue
		case handover.NoReason:
			if err := result.keep(ctx, s, document, &handled, o.Now); err != nil {
				return result, fmt.Errorf("store an imported document: %w", err)
			}
		}
		result.Receipt.Documents = append(result.Receipt.Documents, handled)
	}
}

// reason returns why a document is not accepted.
func reason(d handover.Document, o Options) handover.Reason {
	product, period, _ := usage.ParseID(d.ID) // a reader of exports returns no document without an id
	switch {
	case !o.Takes(product):
		return handover.NotWanted
	case receive.Problem(d.Body, d.ID) != "":
		return handover.BadContent
	case o.TooOld(period, o.Now):
		return handover.TooOld
	case o.TooEarly(period, o.Now):
		return handover.TooEarly
	}
	return handover.NoReason
}

// keep stores a document, unless an earlier import has stored one under its id.
func (r *Result) keep(
	ctx context.Context, s store.Store, d handover.Document, h *handover.Handled, now time.Time,
) error {
	for read, err := range shelf.Segments(ctx, s, segment.ImportedAs(d.ID)) {
		if err != nil {
			return err
		}
		if read.Err != nil || len(read.Lines) == 0 { // damaged: store it again
			continue
		}
		h.Result, h.Reason = handover.Conflict, handover.OtherBody
		if read.Lines[0].Document == string(d.Body) {
			h.Result, h.Reason = handover.Accepted, handover.NoReason
			r.Known++
		}
		return nil
	}
	_, period, _ := usage.ParseID(d.ID)
	packed, err := segment.Encode([]segment.Line{segment.NewLine(d.ID, period, d.Body, h.SHA256, now)})
	if err == nil {
		err = s.Create(ctx, segment.NameOfImported(d.ID, packed), packed)
	}
	if err == nil {
		h.Result = handover.Accepted
		r.Stored++
	}
	return err
}
