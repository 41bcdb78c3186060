package snmpd

import (
	"fmt"
	"slices"
	"strconv"
)

// set holds the values of an appliance, by OID: an int is an integer, a gauge is a gauge, the
// others are texts. The type of a text says how sensitive it is, so that the strings that must
// never leave the appliance are listed from the data that is served.
type set map[string]any

type (
	gauge       uint32
	plain       string
	identifying string
)

// objects returns the set in the order of OIDs.
func (s set) objects() []Object {
	var all []Object
	for oid, value := range s {
		o := Object{OID: oid, Type: Text, Value: fmt.Sprint(value)}
		switch value.(type) {
		case int:
			o.Type = Integer
		case gauge:
			o.Type = Gauge
		}
		all = append(all, o)
	}
	return ordered(all)
}

// table adds a table: one column of values for each number below the entry, its rows counted from
// 1.
func (s set) table(entry string, columns map[int][]any) {
	for column, values := range columns {
		for i, value := range values {
			s[entry+"."+strconv.Itoa(column)+"."+strconv.Itoa(i+1)] = value
		}
	}
}

// each returns a column with a value for each row.
func each[T any](n int, value func(i int) T) []any {
	column := make([]any, n)
	for i := range column {
		column[i] = value(i)
	}
	return column
}

func column(values ...int) []any {
	return each(len(values), func(i int) int { return values[i] })
}

// system adds the values that every agent reports of itself and its people.
func (s set) system(host identifying) {
	s["1.3.6.1.2.1.1.1.0"] = identifying("Linux " + host + " 3.10.0-1160.el7.x86_64")
	s["1.3.6.1.2.1.1.4.0"] = identifying("Jürgen Schönfelder")
	s["1.3.6.1.2.1.1.5.0"] = host + domain
	s["1.3.6.1.2.1.1.6.0"] = identifying("Serverraum Klinik Bad Tölz")
}

const domain = ".klinikum-isarwinkel.example"

// Identifiers returns the strings in all sets that identify the customer. None may be in a document
// or a log.
func Identifiers() []string {
	found := []string{domain[1:]}
	for _, s := range []set{dma(), resourceManager(siteCount), rmx()} {
		for _, value := range s {
			if name, ok := value.(identifying); ok {
				found = append(found, string(name))
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
