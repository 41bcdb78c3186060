package main

import (
	"fmt"
	"time"

	"polycom.com/usagedata/collect/segment"
)

// packing prints how many bytes a document takes in segments of several sizes.
func packing(o options, f *fleet) error {
	fmt.Fprint(o.out, "Bytes of a document in a segment of")
	for _, count := range []int{1, 3, 10, 30, 100, 300} {
		size := 0
		for _, product := range f.products {
			var lines []segment.Line
			for n := range count {
				id, body := f.next(product, n)
				lines = append(lines, segment.Line{
					ID: id, Received: time.Now().UTC().Truncate(time.Second),
					SHA256: segment.Digest(body), Document: string(body),
				})
			}
			content, err := segment.Encode(lines)
			if err != nil {
				return err
			}
			size += len(content)
		}
		fmt.Fprintf(o.out, "  %d: %d", count, size/count/len(f.products))
	}
	fmt.Fprint(o.out, "\n\n")
	return nil
}
