package snmp

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// Read reads objects by GET. T is a struct. Each field with a tag `oid:"1.3.6.1…0"`, the OID with
// its instance, is a *int64, a *float64 or a string; Read ignores other fields.
//
// If the agent does not have an object, its field stays nil or empty. So does the field of an
// object that does not fit; its OID is logged once. If the agent has no object of T, Read fails
// with [sdk.NotOnRelease]; if it has some but no value fits, with [sdk.Malformed].
func Read[T any](ctx context.Context, a *Agent) (T, error) {
	read, _, err := Fields[T](ctx, a)
	return read, err
}

// Missing maps the names of struct fields without a value to the reasons.
type Missing map[string]sdk.Reason

// Fields is like [Read] but also returns the reason for each field without a value:
// [sdk.NotOnRelease] if the agent does not have the object, [sdk.Malformed] if the value does not
// fit the field or means unknown, or the reason of the agent's error.
func Fields[T any](ctx context.Context, a *Agent) (T, Missing, error) {
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
	return read, got.missing, nil
}

// read fills the fields of into, a pointer to a struct.
func (a *Agent) read(ctx context.Context, fields []field, into any) (got tally, err error) {
	got.missing = Missing{}
	for _, f := range fields {
		got.missing[f.name] = sdk.NotOnRelease
	}
	for chunk := range slices.Chunk(fields, maxObjects) {
		if err := a.get(ctx, chunk, reflect.ValueOf(into).Elem(), &got); err != nil {
			return got, err
		}
	}
	return got, nil
}

// tally counts the objects that the agent has, and those whose values were accepted.
type tally struct {
	present, accepted int
	refused           sdk.Reason // the reason of the agent's error about an object; empty if there was none
	missing           Missing
}

func (t tally) failed(at oid) error {
	switch {
	case t.present == 0 && t.refused != "":
		return failed(at, t.refused)
	case t.present == 0:
		return failed(at, sdk.NotOnRelease)
	case t.accepted == 0:
		return failed(at, sdk.Malformed)
	}
	return nil
}

// get requests some fields at once, or fewer at a time if the answer would be too big for the
// agent.
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
	return a.store(fields, answer.Variables, into, got)
}

// refuse notes the agent's error about an object, unless it is NoSuchName: a version 1 agent behind
// a proxy answers so if it does not have the object.
func (a *Agent) refuse(status gosnmp.SNMPError, f field, got *tally) {
	if status == gosnmp.NoSuchName {
		return
	}
	got.refused = statusReason(status)
	got.missing[f.name] = got.refused
	a.logLeftOut(f.oid, "the agent answered with an error")
}

// store stores the values of an answer in the fields, which are in the same order.
func (a *Agent) store(fields []field, values []gosnmp.SnmpPDU, into reflect.Value, got *tally) error {
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
		got.present++
		err := f.put(values[i], into)
		if err != nil {
			got.missing[f.name] = sdk.Malformed
			a.logLeftOut(f.oid, err.Error())
		} else {
			delete(got.missing, f.name)
		}
		if err == nil || errors.Is(err, errUnknown) { // a number that means unknown is understood
			got.accepted++
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
