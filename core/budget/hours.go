package budget

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/durable"
)

// remembered is how many clock hours the record keeps. If the clock steps back over up to a week of
// use, the bytes spent there are still found.
const remembered = 7 * 24

// recordSize bounds the record, in bytes.
const recordSize = 64 * remembered

// hours is the record: the bytes spent in each clock hour, in the order in which they were written.
// That order, and not the hour's name, decides which hour is forgotten first; otherwise a clock
// that was once far in the future would fill the record forever.
type hours []hour

type hour struct {
	name  string // as [Hour] names it
	spent int64  // bytes
}

func (h hours) find(name string) int {
	return slices.IndexFunc(h, func(x hour) bool { return x.name == name })
}

func (h hours) spent(name string) int64 {
	if i := h.find(name); i >= 0 {
		return h[i].spent
	}
	return 0
}

// with returns the record in which this hour has spent so many bytes and was written last.
func (h hours) with(name string, spent int64) hours {
	rest := slices.DeleteFunc(slices.Clone(h), func(x hour) bool { return x.name == name })
	rest = append(rest, hour{name, spent})
	return rest[max(0, len(rest)-remembered):]
}

// store writes the record durably, readable by its owner only.
func (b *Budget) store(h hours) error {
	return durable.WriteSealed(b.disk, b.path, h.encode(), 0o600)
}

// replace writes a record in which less is spent: if a crash undoes that, bytes are wasted.
func (b *Budget) replace(h hours) error {
	return durable.Replace(b.disk, b.path, durable.Seal(h.encode()), 0o600)
}

// load reads the record. After any error the bytes spent are unknown. That includes a missing file,
// because [Open] made one.
func (b *Budget) load() (hours, error) {
	data, err := durable.ReadSealed(b.disk, b.path, recordSize)
	if err != nil {
		return nil, fmt.Errorf("read budget: %w", err)
	}
	h, err := decode(string(data))
	if err != nil {
		return nil, fmt.Errorf("read budget: %w", err)
	}
	return h, nil
}

// encode writes one line per hour, `2026-03-01T14 8192`.
func (h hours) encode() []byte {
	var text []byte
	for _, x := range h {
		text = append(append(text, x.name...), ' ')
		text = append(strconv.AppendInt(text, x.spent, 10), '\n')
	}
	return text
}

// decode accepts exactly the text that encode writes, with each hour once.
func decode(text string) (hours, error) {
	var h hours
	seen := make(map[string]bool, remembered)
	for line := range strings.Lines(text) {
		x, err := decodeHour(line)
		if err != nil || seen[x.name] || len(h) == remembered {
			return nil, fmt.Errorf("line %d: %w", len(h)+1, durable.ErrDamaged)
		}
		h, seen[x.name] = append(h, x), true
	}
	return h, nil
}

func decodeHour(line string) (hour, error) {
	name, number, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	when, err := time.Parse(hourLayout, name)
	if err != nil {
		return hour{}, err
	}
	spent, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return hour{}, err
	}
	// It is read at each reservation, so it is compared piece by piece and not encoded again.
	again := Hour(when) == name && strconv.FormatInt(spent, 10) == number && len(line) == len(name)+len(number)+2
	if spent < 0 || !again {
		return hour{}, durable.ErrDamaged
	}
	return hour{name: name, spent: spent}, nil
}
