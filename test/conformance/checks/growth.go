package checks

import "polycom.com/usagedata/test/conformance/frontdoor"

// What may come and go by chance between two quarters of many collects; of memory also three tenths of what there is.
const (
	someMemory      = 4 << 20
	someDescriptors = 8
	someThreads     = 12
)

// grown is by how much the least of the last quarter is more than the least of the second one, if it grew all the time
// between. The first quarter is for warming up, and the least does not mind what is collected as garbage soon. Of too
// few samples nothing is told.
func grown(samples []frontdoor.Sample, of func(frontdoor.Sample) int64) (from, by int64, told bool) {
	quarter := len(samples) / 4
	if quarter < 2 {
		return 0, 0, false
	}
	from, between := least(samples[quarter:2*quarter], of), least(samples[2*quarter:3*quarter], of)
	by = least(samples[len(samples)-quarter:], of) - from
	if rose := between - from; rose < by/4 || rose > by*3/4 {
		return from, 0, true
	}
	return from, by, true
}

func least(samples []frontdoor.Sample, of func(frontdoor.Sample) int64) int64 {
	n := of(samples[0])
	for _, sample := range samples[1:] {
		n = min(n, of(sample))
	}
	return n
}
