package misbehave

import (
	"bytes"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that is wrapped here
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// rawBytes go onto the wire as they are.
type rawBytes []byte

// passing is the usual codec, which lets raw bytes pass.
type passing struct{ encoding.CodecV2 }

func (p passing) Marshal(v any) (mem.BufferSlice, error) {
	if raw, ok := v.(rawBytes); ok {
		return mem.BufferSlice{mem.SliceBuffer(raw)}, nil
	}
	return p.CodecV2.Marshal(v)
}

func passingServer(options []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(options, grpc.ForceServerCodecV2(passing{encoding.GetCodecV2("proto")}))...)
}

// rawAnswers are bytes that no generated code would send.
func rawAnswers() map[string]life {
	return map[string]life{
		"badutf8": answering(func() []byte { return second("host", field(4, []byte("\xff\xfe core\xc3"))) }),
		"garbage": answering(func() []byte { return []byte("\x0a\xff\xff\xff\xff\x7f garbage") }),
		"othershape": answering(func() []byte {
			return second("users", append(field(2, []byte("twelve")), field(77, []byte("later"))...))
		}),
		"nested":     answering(func() []byte { return second("calls", nested(10_000)) }),
		"nestedless": answering(func() []byte { return second("calls", nested(3_000)) }),
	}
}

// answering is a plugin that sends the first category well and these bytes instead of the second.
func answering(made func() []byte) life {
	return func() {
		(&server{grpc: passingServer, collect: func(to stream) error {
			if err := sendAll(to, "first"); err != nil {
				return err
			}
			if err := to.SendMsg(rawBytes(made())); err != nil {
				return err
			}
			return end(to, 2)
		}}).serve()
	}
}

// field is a length-delimited field of that number.
func field(number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), content)
}

// second is the answer with the second category, of which one field has that value.
func second(name string, value []byte) []byte {
	entry := append(field(1, []byte(name)), field(2, value)...)
	category := append(field(1, []byte("second")), field(2, field(1, entry))...)
	return field(1, category)
}

// nested is a list in a list, so many levels deep. It is written from the outside, each byte once: copied at each
// level, it took a busy machine longer to make than a plugin has time for.
func nested(levels int) []byte {
	text, err := proto.Marshal(&pluginpb.Value{Is: &pluginpb.Value_Number{Number: 1}})
	if err != nil {
		panic(err)
	}
	var heads [][]byte
	length := len(text)
	for range levels {
		for _, number := range []protowire.Number{1, 6} { // an item of a list, and the list that is a value
			head := protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.BytesType), uint64(length))
			heads = append(heads, head)
			length += len(head)
		}
	}
	slices.Reverse(heads)
	return append(bytes.Join(heads, nil), text...)
}
