package checks

import (
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// within visits a message and all that is in it, the keys of maps too.
func within(m protoreflect.Message, visit func(any)) {
	_ = protorange.Range(m, func(p protopath.Values) error {
		last := p.Index(-1)
		if last.Step.Kind() == protopath.MapIndexStep {
			visit(last.Step.MapIndex().Interface())
		}
		visit(last.Value.Interface())
		return nil // so that it goes on to the end, and returns none
	})
}

// miswired counts fields of a message, and of those within, that carry a known number in another wire type. The decoder
// keeps them with what it does not know.
func miswired(m protoreflect.Message) (n int) {
	within(m, func(v any) {
		if inner, is := v.(protoreflect.Message); is {
			n += strayed(inner)
		}
	})
	return n
}

func strayed(m protoreflect.Message) (n int) {
	for rest := m.GetUnknown(); len(rest) > 0; {
		number, _, size := protowire.ConsumeField(rest)
		if size < 0 {
			return n + 1
		}
		if m.Descriptor().Fields().ByNumber(number) != nil {
			n++
		}
		rest = rest[size:]
	}
	return n
}

// stringsIn are all texts and bytes of a message and of those within.
func stringsIn(m protoreflect.Message) string {
	var all strings.Builder
	within(m, func(v any) {
		switch is := v.(type) {
		case string:
			all.WriteString(is + "\n")
		case []byte:
			all.WriteString(string(is) + "\n")
		}
	})
	return all.String()
}
