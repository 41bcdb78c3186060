package misbehave

import (
	"math"

	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/shelf"
)

// streams have their steps in the wrong order or number.
func streams() map[string]life {
	return map[string]life{
		"twice":     collecting(func(to stream) error { _ = sendAll(to, "first"); return end(to, 2) }),
		"unknown":   collecting(func(to stream) error { _ = sendAll(to, shelf.Name); return end(to, 2) }),
		"disorder":  func() { (&server{collect: endFirst}).serve() },
		"goeson":    collecting(func(to stream) error { _ = end(to, 1); return sendAll(to, "second") }),
		"twoends":   collecting(func(to stream) error { _ = sendAll(to, "second"); _ = end(to, 2); return end(to, 2) }),
		"miscounts": collecting(func(to stream) error { return end(to, 7) }),
		"torn":      collecting(func(stream) error { return nil }),
		"emptystep": collecting(func(to stream) error { return to.Send(&pluginpb.CollectResponse{}) }),
		"fewer":     collecting(func(to stream) error { return end(to, 1) }),
	}
}

func endFirst(to stream) error {
	_ = end(to, 2)
	return sendAll(to, "first", "second")
}

// sending is a plugin that sends the first category well and the second with another value, and ends well.
func sending(field string, value func() *pluginpb.Value) life {
	return collecting(func(to stream) error {
		return closing(to, category("second", map[string]*pluginpb.Value{field: value()}))
	})
}

func closing(to stream, second *pluginpb.Category) error {
	if err := to.Send(step(second)); err != nil {
		return err
	}
	return end(to, 2)
}

// values are well-formed on the wire.
func values() map[string]life {
	return map[string]life{
		"hugestring":     sending("host", func() *pluginpb.Value { return text(long(900_000)) }),
		"hugename":       sending(long(900_000), func() *pluginpb.Value { return number(1) }),
		"notanumber":     collecting(notANumber),
		"otherreason":    collecting(otherReason),
		"foreignmissing": collecting(foreignMissing),
		"muchmemory":     remembering(300 << 10),
		"bigmemory":      remembering(1 << 20),
	}
}

func long(bytes int) string {
	text := make([]byte, 0, bytes)
	for len(text) < bytes {
		text = append(text, shelf.Name...)
	}
	return string(text[:bytes])
}

func notANumber(to stream) error {
	return closing(to, category("second", map[string]*pluginpb.Value{"load": realNumber(math.NaN()),
		"users": realNumber(math.Inf(1))}))
}

func otherReason(to stream) error {
	return closing(to, &pluginpb.Category{Name: "second", Outcome: &pluginpb.Category_NotAvailable{
		NotAvailable: &pluginpb.NotAvailable{Reason: shelf.Name + " is down"},
	}})
}

func foreignMissing(to stream) error {
	second := category("second", nil)
	second.Missing = []*pluginpb.Missing{{Field: "memory_of_" + shelf.Name, Reason: "timed_out"},
		{Field: shelf.Name, Reason: shelf.Name}, nil}
	return closing(to, second)
}

func remembering(bytes int) life {
	return collecting(func(to stream) error {
		if err := sendAll(to, "second"); err != nil {
			return err
		}
		return to.Send(ended(2, []byte(long(bytes))))
	})
}
