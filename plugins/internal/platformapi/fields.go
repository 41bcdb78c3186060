package platformapi

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"reflect"
	"slices"

	"polycom.com/usagedata/core/sdk"
)

// Missing maps the fields of a category that [Fields] could not read to the reasons.
type Missing map[string]error

// Into adds the fields to those that the category lacks. If they are parts of a record, within is
// its name.
func (l Missing) Into(missing *sdk.Missing, within ...string) {
	byError := map[string][]string{} // fields by error, so that each error is logged once
	for _, field := range slices.Sorted(maps.Keys(l)) {
		byError[l[field].Error()] = append(byError[l[field].Error()], field)
	}
	for _, text := range slices.Sorted(maps.Keys(byError)) {
		fields := byError[text]
		err := l[fields[0]]
		for i := range fields {
			for _, record := range within {
				fields[i] = record + "." + fields[i]
			}
		}
		missing.Add(err, fields...)
	}
}

// Fields reads a resource that is a single object into a T. A struct field of T with the tags
// `json` and `usage` is a field of the category. If a field of the category is derived from a
// struct field, the tag `gives` names it. If a member is absent, null or of another type, only its
// own field is missing. A member that the documents call optional has the tag `optional`: the
// answer of any release may lack it. If only some entries of a list are known, Fields returns the
// list together with a reason, and both are sent. It does not return a list that is only a page of
// a longer one.
func Fields[T any](ctx context.Context, c *Client, r Resource) (T, Missing) {
	read, err := fetch(ctx, c, r, 1, decodeObject[T])
	missing := Missing{}
	for field, reason := range read.Missing {
		missing[field] = r.failed(sdk.NotAvailable(reason))
	}
	if err != nil {
		for _, part := range reflect.VisibleFields(reflect.TypeFor[T]()) {
			if field, is := gives(part); is {
				missing[field] = err
			}
		}
	}
	return read.Value, missing
}

// object is an answer that is a single object, with the reasons for its missing fields.
type object[T any] struct {
	Value   T
	Missing map[string]sdk.Reason
}

func decodeObject[T any](body io.Reader, into *object[T]) error {
	var members map[string]json.RawMessage
	if err := decode(body, &members); err != nil {
		return err
	}
	value := reflect.ValueOf(&into.Value).Elem()
	for _, part := range reflect.VisibleFields(value.Type()) {
		given, there := member(members, part)
		if there {
			salvageNamed(nameIn(part), given, value.FieldByIndex(part.Index))
		}
		field, is := gives(part)
		switch read := value.FieldByIndex(part.Index); {
		case is && isPage(given, read):
			read.SetZero()
			into.addMissing(field, sdk.Malformed)
		case is && read.IsZero():
			into.addMissing(field, missingReason(given, part))
		case is && isUnknown(read):
			read.SetZero()
			into.addMissing(field, sdk.Malformed)
		case is && incomplete(nameIn(part), given, read):
			into.addMissing(field, sdk.Malformed)
		}
	}
	if value.IsZero() {
		return malformed("it has none of the members that are read")
	}
	return nil
}

func (o *object[T]) addMissing(field string, reason sdk.Reason) {
	if o.Missing == nil {
		o.Missing = map[string]sdk.Reason{}
	}
	o.Missing[field] = reason
}

// isUnknown reports whether a number means that there is no value: it is negative or a sentinel.
func isUnknown(read reflect.Value) bool {
	number, is := reflect.TypeAssert[*int64](read)
	return is && number != nil && (*number < 0 || sdk.IsSentinel(*number))
}

// incomplete reports whether a list has entries of which nothing is known.
func incomplete(own string, given json.RawMessage, read reflect.Value) bool {
	if read.Kind() != reflect.Slice {
		return false
	}
	known := 0
	for _, entry := range read.Seq2() {
		if !entry.IsZero() {
			known++
		}
	}
	return known < len(entriesIn(own, given, read.Type().Elem(), maxWrapped))
}

// isPage reports whether a list is a part of a longer one.
func isPage(given json.RawMessage, read reflect.Value) bool {
	if read.Kind() != reflect.Slice {
		return false
	}
	total, paged := pageWithin(given, maxWrapped)
	return paged && total != size(read.Len())
}

// gives returns the field of the category for which a struct field is read.
func gives(part reflect.StructField) (field string, is bool) {
	if name := part.Tag.Get("json"); name == "" || name == "-" {
		return "", false
	}
	if field, is = part.Tag.Lookup("usage"); is {
		return field, true
	}
	return part.Tag.Lookup("gives")
}

// missingReason returns the reason why a member is not known. A null or empty member does not mean
// that the release lacks it.
func missingReason(given json.RawMessage, part reflect.StructField) sdk.Reason {
	_, optional := part.Tag.Lookup("optional")
	switch text := string(given); {
	case text == "null", text == `""`, text == "" && optional:
		return sdk.Unexplained
	case text == "":
		return sdk.NotOnRelease
	}
	return sdk.Malformed
}
