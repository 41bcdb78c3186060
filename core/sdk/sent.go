package sdk

import (
	"errors"
	"log/slog"
	"reflect"

	"polycom.com/usagedata/core/sdk/internal/serve"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// sent returns the message to the host about a category that a collector has read or failed to
// read.
func sent(name string, value reflect.Value, err error, log *slog.Logger) *pluginpb.Category {
	var part partial
	if errors.As(err, &part) {
		return sentPartial(name, value, part, log)
	}
	if err != nil {
		reason := Explain(err)
		if reason != NotConfigured && !errors.Is(err, NotApplicable()) {
			log.Warn("category not available", "category", name, "error", err)
		}
		return serve.Missing(name, reason)
	}
	return &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: record(value)}}
}

// sentPartial returns the category with the fields that were read, and the reasons for the others.
// If no field was read, the category is missing.
func sentPartial(name string, value reflect.Value, part partial, log *slog.Logger) *pluginpb.Category {
	if part.cause != nil {
		log.Warn("fields not available", "category", name, "error", part.cause)
	}
	read := record(value)
	if reason, whole := part.commonReason(); whole && len(read.Fields) == 0 {
		return serve.Missing(name, reason)
	}
	category := &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: read}}
	for _, f := range part.fields {
		category.Missing = append(category.Missing, &pluginpb.Missing{Field: f.name, Reason: string(f.reason)})
	}
	return category
}
