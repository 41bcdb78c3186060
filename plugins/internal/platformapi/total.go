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
	Paged     bool // the answer describes its position in the list
	TotalSize size // as the product reports it
	Listed    bool // the answer has the list, or null in its place
	Items     []T
	Sum       uint64 // hash of the encoded list; its content cannot be recovered from it
}

// total returns the length of the list: the number that the product reports, or the number of items
// if the product does not page. It fails if the page contradicts the reported number.
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

// size is a number of items, which products write as 12, "12", 12.0 or 1.2e1. A negative size is
// not valid.
type size int64

// known returns the size, or nil if it is not valid.
func (s size) known() *int64 {
	if s < 0 {
		return nil
	}
	n := int64(s)
	return &n
}

// UnmarshalJSON never fails: only an invalid size is lost, not the answer. Invalid are -1, null, a
// fraction, and numbers such as the largest of 32 or 64 bits, by which programs mean unknown.
func (s *size) UnmarshalJSON(text []byte) error {
	*s = -1
	n, err := strconv.ParseFloat(string(bytes.Trim(text, `" `)), 64)
	if err == nil && n >= 0 && n < math.MaxInt32 && n == math.Trunc(n) {
		*s = size(n)
	}
	return nil
}

// pageSize returns the length of the list from the member that describes the page.
func pageSize(page json.RawMessage) size {
	said := struct {
		TotalSize size `json:"totalSize"`
	}{-1}
	if json.Unmarshal(page, &said) != nil {
		return -1
	}
	return said.TotalSize
}

// pageWithin returns the length of the list from the page member of a value, or of an object within
// it, and reports whether there is one.
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

// sumOf returns a hash by which a repeated page is recognized.
func sumOf(list ...json.RawMessage) uint64 {
	hash := fnv.New64a()
	for _, part := range list {
		_, _ = hash.Write(part) // never fails
	}
	return hash.Sum64()
}

// pages holds the progress of reading a list.
type pages struct {
	seen, total int64 // numbers of items
	number      int
	last        uint64 // hash of the last page
}

// add adds the next page. It returns an error if reading must stop: a list that is counted twice or
// in part must not be taken for the whole.
func (p *pages) add(here, said int64, sum uint64) error {
	again := p.number > 0 && here > 0 && sum == p.last // as a product that does not page answers
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
