package main

import (
	"cmp"
	"context"
	"iter"
	"reflect"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
)

// monitored holds the answer of the SNMP agent, and the reasons for missing values.
type monitored struct {
	objects
	lacks snmp.Missing
}

func readObjects(ctx context.Context, agent *snmp.Agent) (monitored, error) {
	read, lacks, err := snmp.Fields[objects](ctx, agent)
	return monitored{read, lacks}, err
}

// lackReason returns the reason for a field without a value, by its name in the struct, or nil if
// it has a value.
func lackReason(lacks snmp.Missing, name string) error {
	if reason, missing := lacks[name]; missing {
		return sdk.NotAvailable(reason)
	}
	return nil
}

// addLacks adds the missing fields of a struct with `usage` tags: all of them if err is not nil,
// otherwise each field with its own reason.
func addLacks[T any](missing *sdk.Missing, lacks snmp.Missing, err error) {
	for name, field := range usageNames[T]() {
		missing.Add(cmp.Or(err, lackReason(lacks, name)), field)
	}
}

// addRecord adds the missing fields of a record of the category. If no field is known, it adds the
// record itself and returns nil.
func addRecord[T any](missing *sdk.Missing, record string, read T, lacks snmp.Missing, err error) *T {
	known := !reflect.ValueOf(read).IsZero()
	for name, field := range usageNames[T]() {
		if known {
			missing.Add(lackReason(lacks, name), record+"."+field)
		} else {
			missing.Add(cmp.Or(err, lackReason(lacks, name)), record)
		}
	}
	if !known {
		return nil
	}
	return &read
}

// usageNames yields the names of a struct's fields, in the struct and in the profile.
func usageNames[T any]() iter.Seq2[string, string] {
	return func(yield func(name, field string) bool) {
		for _, part := range reflect.VisibleFields(reflect.TypeFor[T]()) {
			if field, tagged := part.Tag.Lookup("usage"); tagged && !yield(part.Name, field) {
				return
			}
		}
	}
}
