package platformapi

import "reflect"

// page identifies what a conditional request asks for again: the same place, wanted in the same shape.
type page struct {
	path   string
	number int
	shape  reflect.Type
}

// answer is what was decoded, and the tag by which the product knows whether it is still true.
type answer struct {
	etag  string
	value any
}

// maxSeen bounds what is remembered, in answers; a page has about a hundred entries.
const maxSeen = 256

// recall returns no tag for what is not known.
func (c *Client) recall(at page) answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen[at]
}

func (c *Client) remember(at page, a answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a.etag != "" && len(c.seen) < maxSeen {
		c.seen[at] = a
	}
}
