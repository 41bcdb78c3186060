package anonymize

import "math"

// sum adds integers to an integer, and floating-point numbers to a floating-point number. A sum
// that overflows has no value.
type sum struct {
	value      any // nil, int64 or float64
	overflowed bool
}

func (s *sum) add(value any) {
	x, whole := s.value.(int64)
	y, also := value.(int64)
	switch {
	case s.value == nil:
		s.value = value
	case whole && also:
		s.overflowed = s.overflowed || overflows(x, y)
		s.value = x + y
	default:
		total := number(s.value) + number(value)
		s.overflowed = s.overflowed || math.IsInf(total, 0)
		s.value = total
	}
}

func overflows(x, y int64) bool {
	return y > 0 && x > math.MaxInt64-y || y < 0 && x < math.MinInt64-y
}

func number(n any) float64 {
	if whole, ok := n.(int64); ok {
		return float64(whole)
	}
	return n.(float64)
}
