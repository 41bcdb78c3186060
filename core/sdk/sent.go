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
	var lacks partly
	if errors.As(err, &lacks) {
		return sentInPart(name, value, lacks, log)
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

// sentInPart returns the category with the fields that were read, and the reasons for the others.
// If no field was read, the category is missing.
func sentInPart(name string, value reflect.Value, lacks partly, log *slog.Logger) *pluginpb.Category {
	if lacks.cause != nil {
		log.Warn("fields not available", "category", name, "error", lacks.cause)
	}
	read := record(value)
	if reason, whole := lacks.whole(); whole && len(read.Fields) == 0 {
		return serve.Missing(name, reason)
	}
	category := &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: read}}
	for _, f := range lacks.fields {
		category.Missing = append(category.Missing, &pluginpb.Missing{Field: f.name, Reason: string(f.reason)})
	}
	return category
}
