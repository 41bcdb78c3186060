package frontdoor

import (
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // registers the codec that is wrapped here
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Repeat is a part of a message that occurs a second time although there can be one only: a field,
// another member of a oneof, or a key of a map. A decoder keeps one of them without an error.
type Repeat struct {
	Message int    // number of the message in its stream, from 1
	Field   string // name in plugin.proto, such as Category.record
	Key     string // the plugin's own word, for a map
}

// maxRepeats is the number that is kept of one stream.
const maxRepeats = 100

// scanning is the usual codec, except that it also examines the bytes of each message.
type scanning struct {
	encoding.CodecV2
	messages int
	repeats  []Repeat
}

func newScanning() *scanning { return &scanning{CodecV2: encoding.GetCodecV2("proto")} }

func (s *scanning) Unmarshal(data mem.BufferSlice, into any) error {
	text := data.Materialize()
	if err := s.CodecV2.Unmarshal(data, into); err != nil {
		return err
	}
	s.messages++
	if m, ok := into.(proto.Message); ok {
		s.message(text, m.ProtoReflect().Descriptor())
	}
	return nil
}

// message examines a message that was decoded without an error. Unknown fields, and known ones of
// another wire type, are no error of the protocol.
func (s *scanning) message(text []byte, is protoreflect.MessageDescriptor) {
	seen := map[protoreflect.FullName]bool{}
	for len(text) > 0 {
		number, wireType, tag := protowire.ConsumeTag(text)
		size := protowire.ConsumeFieldValue(number, wireType, text[max(tag, 0):])
		if tag < 0 || size < 0 {
			return
		}
		value, f := text[tag:tag+size], is.Fields().ByNumber(number)
		text = text[tag+size:]
		if f == nil {
			continue
		}
		s.once(seen, f, value)
		if f.Message() != nil && wireType == protowire.BytesType {
			content, _ := protowire.ConsumeBytes(value)
			s.message(content, f.Message())
		}
	}
}

// once notes the field, and reports it if it was seen before.
func (s *scanning) once(seen map[protoreflect.FullName]bool, f protoreflect.FieldDescriptor, value []byte) {
	at, key := f.FullName(), ""
	switch oneof := f.ContainingOneof(); {
	case f.IsMap():
		entry, _ := protowire.ConsumeBytes(value)
		key = keyOf(entry)
		at += protoreflect.FullName("\x00" + key)
	case f.IsList():
		return
	case oneof != nil:
		at = oneof.FullName()
	}
	if seen[at] && len(s.repeats) < maxRepeats {
		s.repeats = append(s.repeats, Repeat{s.messages, string(f.Parent().Name() + "." + f.Name()), key})
	}
	seen[at] = true
}

// keyOf returns the key of a map's entry, which is text in this protocol.
func keyOf(entry []byte) (key string) {
	for len(entry) > 0 {
		number, wireType, size := protowire.ConsumeField(entry)
		if size < 0 {
			return key
		}
		if _, _, tag := protowire.ConsumeTag(entry); number == 1 && wireType == protowire.BytesType {
			text, _ := protowire.ConsumeBytes(entry[tag:])
			key = string(text)
		}
		entry = entry[size:]
	}
	return key
}
