package shelf

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

// inItsBytes returns plugins that send bytes which no generated code would.
func inItsBytes() []Plugin {
	const unread = "error code Internal"
	return []Plugin{
		breaks("badutf8", "sends a text that is not UTF-8", "collect.wire",
			raw(func() []byte { return counts("users", field(4, []byte("\xff\xfe core\xc3"))) })).
			host(Partly, unread).quick(),
		breaks("garbage", "sends bytes that are no message", "collect.wire",
			raw(func() []byte { return []byte("\x0a\xff\xff\xff\xff\x7f garbage") })).host(Partly, unread).quick(),
		breaks("othershape", "sends a field in another wire type than the protocol's", "values.wire",
			raw(func() []byte {
				return counts("users", append(field(2, []byte("twelve")), field(77, []byte("later"))...))
			})).host(Partly, "").shows("missing   counts").quick(),
		breaks("nested", "nests a value 10,000 levels deep", "collect.wire",
			raw(func() []byte { return counts("rooms", nested(10_000)) })).host(Partly, unread).quick(),
		breaks("nestedless", "nests a value 3,000 levels deep", "values.shape",
			raw(func() []byte { return counts("rooms", nested(3_000)) })).
			host(Partly, "").shows("missing   counts").quick(),
	}
}

// rawBytes are written to the wire unchanged.
type rawBytes []byte

// passing is the usual codec, except that it passes [rawBytes] through.
type passing struct{ encoding.CodecV2 }

func (p passing) Marshal(v any) (mem.BufferSlice, error) {
	if made, ok := v.(rawBytes); ok {
		return mem.BufferSlice{mem.SliceBuffer(made)}, nil
	}
	return p.CodecV2.Marshal(v)
}

func passingServer(options []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(options, grpc.ForceServerCodecV2(passing{encoding.GetCodecV2("proto")}))...)
}

// raw returns a plugin that sends these bytes instead of its counts.
func raw(made func() []byte) life {
	return (&server{serving: passingServer, send: func(_ *opened, all []*pluginpb.Category, to stream) error {
		if err := send(to, all[0]); err != nil {
			return err
		}
		if err := to.SendMsg(rawBytes(made())); err != nil {
			return err
		}
		if err := send(to, all[2:]...); err != nil {
			return err
		}
		return end(to, len(all), nil)
	}}).serve
}

// field returns a length-delimited field with this number.
func field(number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, number, protowire.BytesType), content)
}

// counts returns the answer with the category counts, one field of which has this value.
func counts(name string, value []byte) []byte {
	entry := append(field(1, []byte(name)), field(2, value)...)
	category := append(field(1, []byte("counts")), field(2, field(1, entry))...)
	return field(1, category)
}

// nested returns a list nested to this depth. It is written from the outside in, each byte once:
// copying at each level takes longer on a busy machine than a plugin has time.
func nested(levels int) []byte {
	innermost, err := proto.Marshal(whole(1))
	if err != nil {
		panic(err)
	}
	var heads [][]byte
	length := len(innermost)
	for range levels {
		for _, number := range []protowire.Number{1, 6} { // an item of a list, and the list that is a value
			head := protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.BytesType), uint64(length))
			heads = append(heads, head)
			length += len(head)
		}
	}
	slices.Reverse(heads)
	return append(bytes.Join(heads, nil), innermost...)
}
