package snmp

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// Read reads objects by GET. T is a struct: each field with a tag `oid:"1.3.6.1…0"`, the OID with its instance, is a
// *int64, a *float64 or a string; others are left alone.
//
// What the agent does not have stays nil or empty. What is there but can't be what the field is for stays so as well,
// and its OID is logged, once. Where the agent has none of the objects, the error is NotAvailable(NotOnRelease); where
// none of those that it has could be taken, NotAvailable(Malformed).
func Read[T any](ctx context.Context, a *Agent) (T, error) {
	read, _, err := Fields[T](ctx, a)
	return read, err
}

// Lacks are the fields of a struct that have no value, by their names in the struct, and why.
type Lacks map[string]sdk.Reason

// Fields is Read that says of each field without a value why it has none: NotOnRelease if the agent does not have the
// object, Malformed if it can't be what the field is for or says that it is not known, and the agent's error.
func Fields[T any](ctx context.Context, a *Agent) (T, Lacks, error) {
	var read, none T
	fields, err := fieldsOf(reflect.TypeFor[T](), parseOID)
	if err != nil {
		return none, nil, err
	}
	got, err := a.read(ctx, fields, &read)
	if err == nil {
		err = got.failed(fields[0].oid)
	}
	if err != nil {
		return none, nil, err
	}
	return read, got.lacks, nil
}

// read fills the fields of into, the pointer to a struct.
func (a *Agent) read(ctx context.Context, fields []field, into any) (got tally, err error) {
	got.lacks = Lacks{}
	for _, f := range fields {
		got.lacks[f.name] = sdk.NotOnRelease
	}
	for chunk := range slices.Chunk(fields, maxObjects) {
		if err := a.get(ctx, chunk, reflect.ValueOf(into).Elem(), &got); err != nil {
			return got, err
		}
	}
	return got, nil
}

// tally counts the objects that were there, and those that could be taken.
type tally struct {
	there, taken int
	refused      sdk.Reason // of an object for which the agent reported an error; empty where it did for none
	lacks        Lacks
}

func (t tally) failed(at oid) error {
	switch {
	case t.there == 0 && t.refused != "":
		return failed(at, t.refused)
	case t.there == 0:
		return failed(at, sdk.NotOnRelease)
	case t.taken == 0:
		return failed(at, sdk.Malformed)
	}
	return nil
}

// get asks for some fields at once, or for fewer at a time where the agent finds that too much.
func (a *Agent) get(ctx context.Context, fields []field, into reflect.Value, got *tally) error {
	if len(fields) == 0 {
		return nil
	}
	answer, err := a.exchange(ctx, fields[0].oid, func(client *gosnmp.GoSNMP) (*gosnmp.SnmpPacket, error) {
		return client.Get(names(fields))
	})
	if err != nil {
		return err
	}
	switch at := int(answer.ErrorIndex); {
	case answer.Error == gosnmp.TooBig && len(fields) > 1:
		half := len(fields) / 2
		if err := a.get(ctx, fields[:half], into, got); err != nil {
			return err
		}
		return a.get(ctx, fields[half:], into, got)
	case answer.Error != gosnmp.NoError && at >= 1 && at <= len(fields): // about one of them
		a.refuse(answer.Error, fields[at-1], got)
		return a.get(ctx, slices.Delete(slices.Clone(fields), at-1, at), into, got)
	case answer.Error != gosnmp.NoError:
		return failed(fields[0].oid, statusReason(answer.Error))
	}
	return a.take(fields, answer.Variables, into, got)
}

// refuse notes that the agent reports an error about an object. By NoSuchName an agent of version
// 1, behind a proxy, says that it does not have it.
func (a *Agent) refuse(status gosnmp.SNMPError, f field, got *tally) {
	if status == gosnmp.NoSuchName {
		return
	}
	got.refused = statusReason(status)
	got.lacks[f.name] = got.refused
	a.tell(f.oid, "the agent answered with an error")
}

// take puts an answer's values into the fields that were asked for, which come in the same order.
func (a *Agent) take(fields []field, values []gosnmp.SnmpPDU, into reflect.Value, got *tally) error {
	if len(values) != len(fields) {
		return failed(fields[0].oid, sdk.Malformed)
	}
	for i, f := range fields {
		if at, err := parseOID(values[i].Name); err != nil || !slices.Equal(at, f.oid) {
			return failed(f.oid, sdk.Malformed)
		}
		if absent(values[i]) {
			continue
		}
		got.there++
		err := f.put(values[i], into)
		if err != nil {
			got.lacks[f.name] = sdk.Malformed
			a.tell(f.oid, err.Error())
		} else {
			delete(got.lacks, f.name)
		}
		if err == nil || errors.Is(err, errNone) { // a number that means none is understood
			got.taken++
		}
	}
	return nil
}

func names(fields []field) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f.oid.String())
	}
	return all
}
