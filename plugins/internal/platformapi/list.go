package platformapi

import (
	"encoding/json"
	"fmt"
	"io"
)

// listPage is one page of a list.
type listPage[T any] struct {
	TotalSize *int64 // as the product says
	Items     []T
}

// decodePage decodes a page of which the member that holds the list is named after the version.
func decodePage[T any](r Resource, body io.Reader, into *listPage[T]) error {
	var members map[string]json.RawMessage
	if err := decode(body, &members); err != nil {
		return err
	}
	var page struct {
		TotalSize *int64 `json:"totalSize"`
	}
	understood := false
	for name, value := range members {
		var err error
		switch name := normal(name); {
		case name == "plcmpage":
			err = json.Unmarshal(value, &page)
			understood = true
		case r.isList(name):
			err = json.Unmarshal(value, &into.Items)
			understood = true
		}
		if err != nil {
			return err
		}
	}
	if !understood {
		return malformed("neither a list nor its size")
	}
	into.TotalSize = page.TotalSize
	return nil
}

// total is what the product says, or what is there where it does not page.
func (l listPage[T]) total() int64 {
	if l.TotalSize != nil {
		return max(*l.TotalSize, 0)
	}
	return int64(len(l.Items))
}

// plausible tells whether to read on: what is counted twice, or in part, must not pass for the whole.
func (l listPage[T]) plausible(r Resource, number int, seen int64) error {
	switch first := number == 1; {
	case first && l.total() > 0 && len(l.Items) == 0:
		return fmt.Errorf("read %s: %w", r.Path, malformed("a list without its items"))
	case first && l.total() > MaxPages*int64(len(l.Items)), number > MaxPages:
		return fmt.Errorf("read %s: %w", r.Path, ErrTooLong)
	case seen > l.total():
		return fmt.Errorf("read %s: %w", r.Path, malformed("more items than it says"))
	}
	return nil
}
