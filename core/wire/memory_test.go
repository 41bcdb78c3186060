package wire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// What a plugin said it is given back byte for byte, up to the bound; in between it shows to nobody.
func TestMemoryIsGivenBack(t *testing.T) {
	for _, size := range []int{1, MaxMemory} {
		words := []byte(strings.Repeat("\xff", size))
		said, ok := Memory(&pluginpb.End{Memory: words})
		if shown := fmt.Sprintf("%v %+v %d %s", said, said, said, said); !ok || strings.Contains(shown, "\xff") ||
			strings.Contains(shown, "255") {
			t.Errorf("%d bytes: got ok %v, shown as %.60q", size, ok, shown)
		}
		var request pluginpb.DescribeRequest
		Remind(&request, said)
		if string(request.GetMemory()) != string(words) {
			t.Errorf("%d bytes: got %d others back", size, len(request.GetMemory()))
		}
	}
}

func TestNothingOrTooMuchIsNoMemory(t *testing.T) {
	for name, end := range map[string]*pluginpb.End{
		"no end": nil, "none": {}, "empty": {Memory: []byte{}}, "too much": {Memory: make([]byte, MaxMemory+1)},
	} {
		said, ok := Memory(end)
		request := pluginpb.DescribeRequest{}
		Remind(&request, said)
		if ok || request.Memory != nil {
			t.Errorf("%s: got ok %v and %d bytes", name, ok, len(request.Memory))
		}
	}
	request := pluginpb.DescribeRequest{}
	Remind(&request, usage.Raw("another raw value"))
	if request.Memory != nil {
		t.Error("what is no memory was sent as one")
	}
}

// The protocol stays version 1: a plugin and a host of before the memory understand the messages of those with it, and
// the other way round.
func TestPeersWithoutMemory(t *testing.T) {
	old := withoutMemory(t)
	for _, message := range []proto.Message{
		&pluginpb.DescribeRequest{Root: "/", CollectorMilliseconds: 5, Memory: []byte("memory")},
		&pluginpb.End{Categories: 7, Memory: []byte("memory")},
	} {
		name := message.ProtoReflect().Descriptor().Name()
		text, err := proto.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		elder := dynamicpb.NewMessage(old.Messages().ByName(name))
		if err := proto.Unmarshal(text, elder); err != nil {
			t.Fatalf("%s: an old peer: %v", name, err)
		}
		elder.SetUnknown(nil) // it says what it knows
		if text, err = proto.Marshal(elder); err != nil {
			t.Fatal(err)
		}
		want := proto.Clone(message)
		want.ProtoReflect().Clear(want.ProtoReflect().Descriptor().Fields().ByName("memory"))
		got := message.ProtoReflect().New().Interface()
		if err := proto.Unmarshal(text, got); err != nil {
			t.Fatalf("%s: a new peer: %v", name, err)
		}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// withoutMemory is plugin.proto as it was before.
func withoutMemory(t *testing.T) protoreflect.FileDescriptor {
	t.Helper()
	file := protodesc.ToFileDescriptorProto(pluginpb.File_plugin_proto)
	removed := 0
	for _, message := range file.MessageType {
		var fields []*descriptorpb.FieldDescriptorProto
		for _, field := range message.Field {
			if field.GetName() == "memory" {
				removed++
				continue
			}
			fields = append(fields, field)
		}
		message.Field = fields
	}
	old, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil || removed != 2 {
		t.Fatalf("got %d fields removed, %v want 2", removed, err)
	}
	return old
}
