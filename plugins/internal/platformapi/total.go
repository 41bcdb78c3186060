package platformapi

import (
	"bytes"
	"encoding/json"
	"hash/fnv"
	"math"
	"strconv"
)

// listPage is one page of a list.
type listPage[T any] struct {
	Paged     bool // the answer says which part of the list it is
	TotalSize size // as the product says
	Listed    bool // the answer has the list, or null in its place
	Items     []T
	Sum       uint64 // of the list as it was written: nothing of it can be read from that
}

// total returns how long the list is: as the product says, or what is there where it does not page. It is not known
// where the page itself says something else.
func (l listPage[T]) total() (int64, error) {
	here := int64(len(l.Items))
	said := l.TotalSize.known()
	switch {
	case !l.Paged && l.Items == nil:
		return 0, malformed("no list")
	case !l.Paged:
		return here, nil
	case said == nil:
		return 0, malformed("a list without its size")
	case *said < here:
		return 0, malformed("more items than it says")
	case *said > 0 && here == 0 && l.Listed:
		return 0, malformed("a list without its items")
	}
	return *said, nil
}

// size is a number of items as a product writes it: 12, "12", 12.0 or 1.2e1. Negative, it means none that can be.
type size int64

// known returns the size; nil if it is none.
func (s size) known() *int64 {
	if s < 0 {
		return nil
	}
	n := int64(s)
	return &n
}

// UnmarshalJSON never fails: a size that is none costs itself. Not one of these is -1, null, a fraction, and what no
// list has, as the largest of 32 or 64 bits, by which programs mean that they do not know.
func (s *size) UnmarshalJSON(text []byte) error {
	*s = -1
	n, err := strconv.ParseFloat(string(bytes.Trim(text, `" `)), 64)
	if err == nil && n >= 0 && n < math.MaxInt32 && n == math.Trunc(n) {
		*s = size(n)
	}
	return nil
}

// pageSize is how long a list is by the member that says which page it is.
func pageSize(page json.RawMessage) size {
	said := struct {
		TotalSize size `json:"totalSize"`
	}{-1}
	if json.Unmarshal(page, &said) != nil {
		return -1
	}
	return said.TotalSize
}

// pageWithin is how long the list in a value is by the page that is there, or in an object within, if there is one.
func pageWithin(text []byte, wrapped int) (said size, paged bool) {
	var members map[string]json.RawMessage
	if wrapped < 0 || json.Unmarshal(text, &members) != nil {
		return -1, false
	}
	for name, value := range members {
		if normal(name) == "plcmpage" && string(value) != "null" {
			return pageSize(value), true
		}
	}
	_, objects := sorted(members)
	for _, object := range objects {
		if said, paged = pageWithin(object, wrapped-1); paged {
			return said, true
		}
	}
	return -1, false
}

// sumOf is by what a page is known when it comes again.
func sumOf(list ...json.RawMessage) uint64 {
	hash := fnv.New64a()
	for _, part := range list {
		_, _ = hash.Write(part) // it never fails
	}
	return hash.Sum64()
}

// pages are those of one list that have been read.
type pages struct {
	seen, total int64 // items
	number      int
	last        uint64 // its sum
}

// add takes the next page into account, or says why not to read on: what is counted twice, or in part, must not pass
// for the whole.
func (p *pages) add(here, said int64, sum uint64) error {
	again := p.number > 0 && here > 0 && sum == p.last // a product that does not page answers so
	p.seen, p.total, p.last = p.seen+here, said, sum
	p.number++
	switch {
	case p.number == 1 && said > maxPages*here, p.number > maxPages:
		return ErrTooLong
	case again:
		return errRepeats
	case p.seen > said:
		return malformed("more items than it says")
	case here == 0 && p.seen < said:
		return malformed("a page without items before the end")
	}
	return nil
}

// over reports whether all items have been read.
func (p *pages) over() bool { return p.seen == p.total }
