package checks

import (
	"math"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// mostExact is 2^53: up to it every reader of JSON has the same whole number. A larger one is
// nearly always the largest number of a type, which a source gives for no limit or for unknown.
const mostExact = 1 << 53

// leastNormal is the smallest positive number of full precision.
const leastNormal = 0x1p-1022

func beyondRange(l leaf) string {
	switch is := l.value.GetIs().(type) {
	case *pluginpb.Value_Number:
		if is.Number > mostExact || is.Number < -mostExact {
			return "is a whole number beyond 2^53"
		}
	case *pluginpb.Value_Real:
		switch size := math.Abs(is.Real); {
		case size > mostExact && finite(is.Real):
			return "is a number beyond 2^53"
		case size == 0 && math.Signbit(is.Real):
			return "is minus zero"
		case size > 0 && size < leastNormal:
			return "is a number too small to be exact"
		}
	}
	return ""
}
