package sdk

import (
	"errors"
	"log/slog"
	"reflect"
	"slices"

	"polycom.com/usagedata/core/sdk/internal/serve"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// sent returns the message to the host about a category that a collector has read or failed to
// read.
func sent(name string, value reflect.Value, err error, log *slog.Logger) *pluginpb.Category {
	var part partial
	if err != nil && !errors.As(err, &part) {
		reason := Explain(err)
		if reason != NotConfigured && !errors.Is(err, NotApplicable()) {
			log.Warn("category not available", "category", name, "error", err)
		}
		return serve.Missing(name, reason)
	}
	if part.cause != nil {
		log.Warn("fields not available", "category", name, "error", part.cause)
	}
	read := record(value)
	if garbled := unsendable(value); len(garbled) > 0 {
		log.Warn("values left out: not a finite number, not UTF-8, or too large", "category", name, "fields", garbled)
		part.miss(read, garbled)
	}
	return sentPartial(name, read, part)
}

// miss notes that something of these fields could not be sent, as far as a field that is sent all
// the same can be noted: see [pluginpb.Category].Missing.
func (p *partial) miss(read *pluginpb.Record, names []string) {
	for _, name := range names {
		noted := slices.ContainsFunc(p.fields, func(f missingField) bool { return f.name == name })
		is := read.GetFields()[name]
		if !noted && (is == nil || is.GetList() != nil) {
			p.fields = append(p.fields, missingField{name, Malformed})
		}
	}
}

// sentPartial returns the category with the fields that were read, and the reasons for the others.
// If no field was read, the category is missing.
func sentPartial(name string, read *pluginpb.Record, part partial) *pluginpb.Category {
	if len(part.fields) > 0 && len(read.Fields) == 0 {
		if reason, whole := part.commonReason(); whole {
			return serve.Missing(name, reason)
		}
	}
	category := &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: read}}
	for _, f := range part.fields {
		category.Missing = append(category.Missing, &pluginpb.Missing{Field: f.name, Reason: string(f.reason)})
	}
	return category
}
