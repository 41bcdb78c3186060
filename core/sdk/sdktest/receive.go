package sdktest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"google.golang.org/grpc"

	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// receive reads the stream to its end, as strictly as the host does.
func receive(stream grpc.ServerStreamingClient[pluginpb.CollectResponse], approved profile.Profile) (Result, error) {
	result := Result{Values: map[string]map[string]any{}, Omitted: map[string]sdk.Reason{}, approved: approved}
	ended, categories := false, 0
	for {
		step, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF) && ended:
			return result, nil
		case errors.Is(err, io.EOF):
			return Result{}, errors.New("the stream ended without an End message")
		case err != nil:
			return Result{}, err
		}
		if end := step.GetEnd(); end != nil {
			if int(end.GetCategories()) != categories {
				return Result{}, fmt.Errorf("the end counts %d categories, but %d were sent", end.GetCategories(),
					categories)
			}
			if len(end.GetMemory()) > wire.MaxCarryover {
				return Result{}, errors.New("the carryover is larger than the host accepts")
			}
			if err := bounded(end.GetCounters(), approved); err != nil {
				return Result{}, err
			}
			result.Carryover, result.Counters = end.GetMemory(), end.GetCounters()
			ended = true
			continue
		}
		categories++
		if err := errors.Join(result.add(step.GetCategory()), result.addMissing(step.GetCategory())); err != nil {
			return Result{}, err
		}
	}
}

// bounded returns an error if the host would drop one of the counters, which is a mistake of the
// author.
func bounded(counters map[string]int64, approved profile.Profile) error {
	for name, number := range counters {
		if !slices.Contains(approved.CounterNames(), name) {
			return fmt.Errorf("the profile does not declare the counter %s", name)
		}
		if number < 0 {
			return fmt.Errorf("the counter %s is negative", name)
		}
	}
	return nil
}

func (r *Result) add(category *pluginpb.Category) error {
	name := category.GetName()
	_, omitted := r.Omitted[name]
	if r.Values[name] != nil || omitted {
		return fmt.Errorf("category %s was sent twice", name)
	}
	switch outcome := category.GetOutcome().(type) {
	case *pluginpb.Category_Record:
		r.Values[name] = record(outcome.Record)
		r.observed = append(r.observed, wire.Observations(name, outcome.Record)...)
	case *pluginpb.Category_NotAvailable:
		r.Omitted[name] = sdk.Reason(outcome.NotAvailable.GetReason())
	case *pluginpb.Category_NotApplicable:
		r.Omitted[name] = usage.Inapplicable
	default:
		return fmt.Errorf("category %s has no outcome", name)
	}
	return nil
}

// addMissing notes the missing fields. The host ignores a field that the profile does not have, or
// that was sent although it is said to be missing, except for a list, whose entries may be missing.
// In a test, such a field is a mistake of the author.
func (r *Result) addMissing(category *pluginpb.Category) error {
	declared, _ := r.approved.Find(category.GetName())
	for _, missing := range category.GetMissing() {
		name := category.GetName() + "." + missing.GetField()
		known, there := isMissing(declared.Fields, r.Values[category.GetName()], missing.GetField())
		if !known || there {
			return fmt.Errorf("%s is reported as missing: in the profile: %v, sent: %v", name, known, there)
		}
		r.Omitted[name] = sdk.Reason(missing.GetReason())
	}
	return nil
}

// isMissing reports whether the profile has the field, and whether it was sent completely. A part
// of a record that was not sent is not known. Entries of a list may be missing.
func isMissing(fields []profile.Field, values map[string]any, name string) (known, there bool) {
	name, part, within := strings.Cut(name, ".")
	i := slices.IndexFunc(fields, func(f profile.Field) bool { return f.Name == name })
	value, there := values[name]
	if i < 0 || !within {
		return i >= 0, there && (i < 0 || fields[i].List == 0)
	}
	parts, is := value.(map[string]any)
	if !is {
		return false, false
	}
	return isMissing(fields[i].Fields, parts, part)
}

func record(from *pluginpb.Record) map[string]any {
	fields := map[string]any{}
	for name, v := range from.GetFields() {
		fields[name] = value(v)
	}
	return fields
}

func value(v *pluginpb.Value) any {
	switch is := v.GetIs().(type) {
	case *pluginpb.Value_Flag:
		return is.Flag
	case *pluginpb.Value_Number:
		return is.Number
	case *pluginpb.Value_Real:
		return is.Real
	case *pluginpb.Value_Text:
		return is.Text
	case *pluginpb.Value_Record:
		return record(is.Record)
	case *pluginpb.Value_List:
		list := make([]any, 0, len(is.List.GetValues()))
		for _, entry := range is.List.GetValues() {
			list = append(list, value(entry))
		}
		return list
	default:
		return nil
	}
}
