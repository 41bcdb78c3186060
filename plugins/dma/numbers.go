package main

import (
	"math"
	"time"
)

// tally counts the items that have a flag set. Where no item says, it is not known.
type tally struct {
	set  int64
	told bool
}

func (t *tally) add(flag *bool) {
	if flag == nil {
		return
	}
	t.told = true
	if *flag {
		t.set++
	}
}

func (t tally) count() *int64 {
	if !t.told {
		return nil
	}
	return &t.set
}

// spread is the smallest, the largest and the mean of numbers. Without any, they are not known.
type spread struct {
	min, max *int64
	sum, n   int64
}

func (s *spread) add(number *int64) {
	if number == nil {
		return
	}
	s.n++
	s.sum += *number
	if s.min == nil || *number < *s.min {
		s.min = number
	}
	if s.max == nil || *number > *s.max {
		s.max = number
	}
}

func (s *spread) mean() *int64 {
	if s.n == 0 {
		return nil
	}
	mean := s.sum / s.n
	return &mean
}

// sum adds to a number that is not known before the first.
func sum(total *int64, more int64) *int64 {
	if total != nil {
		more += *total
	}
	return &more
}

// seconds is a length of time that the product gives as a number.
func seconds(number *int64) *time.Duration { return times(number, time.Second) }

// times leaves out what can't be a length of time.
func times(number *int64, unit time.Duration) *time.Duration {
	if number == nil || *number < 0 || *number > math.MaxInt64/int64(unit) {
		return nil
	}
	length := time.Duration(*number) * unit
	return &length
}
