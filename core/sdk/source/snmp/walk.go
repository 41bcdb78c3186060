package snmp

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// firstRepetitions is how many rows the first request asks for: a small table should not cost the agent, nor us, what
// is behind it.
const firstRepetitions = 10

// walk goes through the columns of a table, each at its own pace: a column may have gaps.
type walk struct {
	agent   *Agent
	entry   oid
	columns []column
	next    int // rows to ask for
	most    int // what the agent does not find too much
	rows    map[string]*row
	got     tally
}

type column struct {
	field
	place int
	last  oid // where it has come to
	done  bool
}

type row struct {
	index oid
	cells map[int]found // by the column's place
}

// found is a cell that was there.
type found struct {
	value reflect.Value // the zero Value: it is left out
	taken bool          // also of a number that means none
}

func newWalk(a *Agent, entry oid, fields []field) *walk {
	w := &walk{agent: a, entry: entry, next: firstRepetitions, most: maxRepetitions, rows: map[string]*row{}}
	w.got.lacks = Lacks{}
	for i, f := range fields {
		w.columns = append(w.columns, column{field: f, place: i, last: f.oid})
	}
	return w
}

// all asks until each column has been left, a few columns at a time where a table has very many.
func (w *walk) all(ctx context.Context) error {
	for {
		open := w.open()
		if len(open) == 0 {
			return nil
		}
		if err := w.step(ctx, open); err != nil {
			return err
		}
	}
}

func (w *walk) open() []*column {
	var open []*column
	for i := range w.columns {
		if !w.columns[i].done && len(open) < maxObjects {
			open = append(open, &w.columns[i])
		}
	}
	return open
}

// step sends one GETBULK for the columns that are open. An answer may end anywhere, but not before its first object.
// Where the agent finds what was asked for too much, later ones ask for less.
func (w *walk) step(ctx context.Context, open []*column) error {
	repetitions := max(1, min(w.next, w.most, maxAnswer/len(open)))
	answer, err := w.agent.exchange(ctx, w.entry, func(client *gosnmp.GoSNMP) (*gosnmp.SnmpPacket, error) {
		return client.GetBulk(from(open), 0, uint32(repetitions))
	})
	switch {
	case err != nil:
		return err
	case answer.Error == gosnmp.TooBig && repetitions > 1:
		w.most = repetitions / 2
		return nil
	case answer.Error != gosnmp.NoError && answer.ErrorIndex >= 1:
		c := open[(int(answer.ErrorIndex)-1)%len(open)]
		w.agent.refuse(answer.Error, c.field, &w.got)
		w.drop(c)
		return nil
	case answer.Error != gosnmp.NoError:
		return failed(w.entry, statusReason(answer.Error))
	case len(answer.Variables) == 0 || len(answer.Variables) > repetitions*len(open):
		return failed(w.entry, sdk.Malformed)
	}
	w.next = 2 * repetitions
	for i, value := range answer.Variables {
		if err := w.cell(open[i%len(open)], value); err != nil {
			return err
		}
	}
	return nil
}

func from(open []*column) []string {
	var all []string
	for _, c := range open {
		all = append(all, c.last.String())
	}
	return all
}

// cell takes what an answer has for a column. The walk goes up only, or it would never end.
func (w *walk) cell(c *column, value gosnmp.SnmpPDU) error {
	if c.done {
		return nil
	}
	at, err := parseOID(value.Name)
	if err != nil {
		return failed(c.oid, sdk.Malformed)
	}
	index, inside := at.below(c.oid)
	if c.done = !inside || absent(value); c.done {
		return nil
	}
	if slices.Compare(at, c.last) <= 0 {
		w.agent.tell(c.oid, "its rows are not in their order")
		w.got.refused = sdk.Malformed
		w.got.lacks[c.name] = sdk.Malformed
		w.drop(c)
		return nil
	}
	c.last = at
	return w.keep(c, index, value)
}

// drop leaves a column out: a part of it must not pass for the whole. What was there of it counts no more.
func (w *walk) drop(c *column) {
	c.done = true
	for key, r := range w.rows {
		if cell, there := r.cells[c.place]; there {
			w.got.there--
			if cell.taken {
				w.got.taken--
			}
			delete(r.cells, c.place)
		}
		if len(r.cells) == 0 {
			delete(w.rows, key)
		}
	}
}

func (w *walk) keep(c *column, index oid, value gosnmp.SnmpPDU) error {
	key := index.String()
	if w.rows[key] == nil {
		w.rows[key] = &row{index, map[int]found{}}
	}
	if len(w.rows) > MaxRows {
		return fmt.Errorf("read %s: %w", w.entry, errTooLong)
	}
	w.got.there++
	converted, err := c.kind.of(value)
	if err != nil {
		w.agent.tell(c.oid, err.Error())
		converted = reflect.Value{}
	}
	taken := err == nil || errors.Is(err, errNone)
	if taken {
		w.got.taken++
	}
	w.rows[key].cells[c.place] = found{converted, taken}
	return nil
}
