// Package trend follows each number of the documents over the hours of the history. It reads every
// document once, and remembers only the numbers, for a while.
package trend

import (
	"bytes"
	"math"
	"slices"
	"sync"
	"time"

	"polycom.com/usagedata/core/compare"
	"polycom.com/usagedata/core/sent"
)

// Sample is a number as the document about one hour has it.
type Sample struct {
	Period time.Time
	Value  float64
}

// Bounds: of the documents that are followed, the newest first, a month of hours; of the numbers in
// one; of the time for which they are remembered after they were last asked for.
const (
	maxDocuments = 31 * 24
	maxNumbers   = 2000
	remembered   = 5 * time.Minute
)

// Trends follows the numbers of a history. It may be used by several goroutines.
type Trends struct {
	History sent.Store

	mu     sync.Mutex
	places map[string]int       // number of a value's path
	read   map[string][]float64 // the numbers of a document, by place; NaN where it has none
	forget *time.Timer
}

// Of returns the samples of each number, by its path without the word categories, the oldest first: of
// the documents of the same product that were made with the same profile. With another one, a number
// of the same name might have another unit or meaning.
func (t *Trends) Of(list []sent.Document, shown sent.Document) map[string][]Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.keepFor(remembered)
	t.forgetOthers(list)
	var samples [maxNumbers][]Sample // by place
	followed := 0
	for _, d := range list {
		if d.Product() != shown.Product() || d.Profile != shown.Profile || d.Damaged || followed == maxDocuments {
			continue
		}
		followed++
		for place, number := range t.numbers(d.ID) {
			if !math.IsNaN(number) {
				samples[place] = append(samples[place], Sample{d.Period, number})
			}
		}
	}
	all := map[string][]Sample{}
	for path, place := range t.places {
		if slices.Reverse(samples[place]); len(samples[place]) > 0 {
			all[path] = samples[place]
		}
	}
	return all
}

// keepFor remembers what was read for a while from now.
func (t *Trends) keepFor(d time.Duration) {
	if t.forget != nil {
		t.forget.Stop()
	}
	t.forget = time.AfterFunc(d, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.places, t.read = nil, nil
	})
	if t.read == nil {
		t.places, t.read = map[string]int{}, map[string][]float64{}
	}
}

// forgetOthers forgets the documents that are not in the history any more.
func (t *Trends) forgetOthers(list []sent.Document) {
	there := map[string]bool{}
	for _, d := range list {
		there[d.ID] = true
	}
	for id := range t.read {
		if !there[id] {
			delete(t.read, id)
		}
	}
}

// numbers returns the numbers of a document; none if it cannot be read.
func (t *Trends) numbers(id string) []float64 {
	if known, found := t.read[id]; found {
		return known
	}
	var all []float64
	if text, err := t.History.Read(id); err == nil {
		_ = compare.Walk(text, func(path []byte, value compare.Scalar) { // without numbers if it cannot be read
			number, isNumber := value.Number()
			path, collected := bytes.CutPrefix(path, []byte("categories."))
			if isNumber && collected && !bytes.Contains(path, []byte("[")) { // the entries of lists have no identity
				all = t.set(all, path, number)
			}
		})
	}
	t.read[id] = all
	return all
}

func (t *Trends) set(all []float64, path []byte, number float64) []float64 {
	place, found := t.places[string(path)]
	if !found {
		if place = len(t.places); place == maxNumbers {
			return all
		}
		t.places[string(path)] = place
	}
	for len(all) <= place {
		all = append(all, math.NaN())
	}
	all[place] = number
	return all
}
