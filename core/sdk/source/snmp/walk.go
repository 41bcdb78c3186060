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

// firstRepetitions is the number of rows that the first request asks for. A small table should not
// make the agent read and send the objects after it.
const firstRepetitions = 10

// walk reads the columns of a table. Each column advances on its own, because it may have gaps.
type walk struct {
	agent   *Agent
	entry   oid
	columns []column
	next    int // number of rows to request
	most    int // the largest number that was not too big for the agent
	rows    map[string]*row
	got     tally
}

type column struct {
	field
	place int
	last  oid // the last OID that was read
	done  bool
}

type row struct {
	index oid
	cells map[int]foundCell // by the place of the column
}

// foundCell is a cell that the agent has.
type foundCell struct {
	value    reflect.Value // the zero Value if the cell is left out
	accepted bool          // true also for a number that means unknown
}

func newWalk(a *Agent, entry oid, fields []field) *walk {
	w := &walk{agent: a, entry: entry, next: firstRepetitions, most: maxRepetitions, rows: map[string]*row{}}
	w.got.missing = Missing{}
	for i, f := range fields {
		w.columns = append(w.columns, column{field: f, place: i, last: f.oid})
	}
	return w
}

// all sends requests until each column has been read to its end, a few columns at a time if a table
// has very many.
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

// step sends one GETBULK for the open columns. An answer may be cut off anywhere after its first
// object. If the answer would be too big for the agent, later requests ask for fewer rows.
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

// cell handles one object of an answer for a column. OIDs must increase, or the walk would never
// end.
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
		w.agent.logLeftOut(c.oid, "the rows are not in order")
		w.got.refused = sdk.Malformed
		w.got.missing[c.name] = sdk.Malformed
		w.drop(c)
		return nil
	}
	c.last = at
	return w.keep(c, index, value)
}

// drop leaves a column out, so that a part of it is not taken for the whole. Its cells no longer
// count.
func (w *walk) drop(c *column) {
	c.done = true
	for key, r := range w.rows {
		if cell, there := r.cells[c.place]; there {
			w.got.present--
			if cell.accepted {
				w.got.accepted--
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
		w.rows[key] = &row{index, map[int]foundCell{}}
	}
	if len(w.rows) > MaxRows {
		return fmt.Errorf("read %s: %w", w.entry, errTooLong)
	}
	w.got.present++
	converted, err := c.kind.of(value)
	if err != nil {
		w.agent.logLeftOut(c.oid, err.Error())
		converted = reflect.Value{}
	}
	taken := err == nil || errors.Is(err, errUnknown)
	if taken {
		w.got.accepted++
	}
	w.rows[key].cells[c.place] = foundCell{converted, taken}
	return nil
}
