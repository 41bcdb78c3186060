package networkusage

import "bytes"

func (r *reading) rows(l *lines, h header) error {
	for {
		line, ok, err := l.next()
		if !ok || err != nil {
			return err
		}
		r.cost.Rows++
		if bytes.IndexByte(line, '"') >= 0 {
			err = r.quoted(l, h, line)
		} else {
			err = r.plain(h, line)
		}
		if err != nil {
			return err
		}
	}
}

// plain takes a line without quotes. Of one that is not of the period, nothing but the date is looked at.
func (r *reading) plain(h header, line []byte) error {
	minute, ok := r.minute(nth(line, h.separator, h.date))
	if ok && minute < 0 || len(line) == 0 {
		return nil
	}
	r.fields = splitPlain(r.fields[:0], line, h.separator)
	return r.row(h, whole)
}

// quoted takes a line with quotes, and those that follow it where it ends inside of quotes. Where the quotes are never
// closed, it is the one line that is lost.
func (r *reading) quoted(l *lines, h header, line []byte) error {
	var end ending
	first := len(line)
	for {
		r.fields, end = split(r.fields[:0], line, h.separator)
		if end != open {
			break
		}
		longer, ok, err := l.longer(line)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		line = longer
	}
	err := r.row(h, end)
	l.alone(first, end != whole)
	return err
}

// minute is where in the period a date lies; -1 outside.
func (r *reading) minute(date []byte) (minute int64, ok bool) {
	n, ok := integer(date)
	if !ok || n == none {
		return 0, false
	}
	if n < r.from || n >= r.from+r.minutes {
		return -1, true
	}
	return n - r.from, true
}

// row takes the fields of a row.
func (r *reading) row(h header, end ending) error {
	if end != whole || len(r.fields) != h.width {
		r.sum.leftOut++
		return nil
	}
	minute, ok := r.minute(r.fields[h.date])
	switch {
	// another header, where files were put together
	case ok && minute < 0, bytes.EqualFold(r.fields[h.date], []byte("date")):
		return nil
	case !ok || !r.numbers(h):
		r.sum.leftOut++
		return nil
	}
	own, err := r.sum.scopes.of(r.fields[h.name])
	if err != nil {
		return err
	}
	if own.has(int(minute)) {
		r.sum.repeated++
		return nil
	}
	r.sum.add(own, int(minute), r.values)
	return nil
}

// numbers reads the columns. A row of which one is no number is not read at all: what else would be wrong with it?
func (r *reading) numbers(h header) bool {
	for i := range r.values {
		r.values[i] = none
	}
	for _, c := range h.columns {
		value, ok := number(r.fields[c.at])
		if !ok || c.into <= audio && value != float64(int64(value)) {
			return false
		}
		if c.into == other {
			value = max(0, value) + max(0, r.values[other])
		}
		r.values[c.into] = value
	}
	return true
}
