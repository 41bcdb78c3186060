package wire

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"polycom.com/usagedata/core/wire/pluginpb"
)

var update = flag.Bool("update", false, "add what is new in plugin.proto to testdata/protocol-1.txt")

// kept is the path of the list of the protocol's released parts, one per line: see
// [TestProtocolOnlyGrows].
const kept = "testdata/protocol-1.txt"

// PLUG-1: plugins in the field were built from this protocol. Every part of it stays, with its
// name, number and type: the kept list has a line for each, and none may be missing from
// plugin.proto. This command adds new parts to the list, and removes nothing:
//
//	go test ./core/wire -run Protocol -update
//
// If a part must be removed or change its meaning, the protocol gets a new version, which the host
// supports in addition to this one. A new step of a stream is such a part: a host that does not
// know it refuses the stream.
func TestProtocolOnlyGrows(t *testing.T) {
	released := readKept(t)
	today := listing(pluginpb.File_plugin_proto)
	if gone := lacking(released, today); len(gone) > 0 {
		t.Errorf("plugin.proto lacks what was released; a peer that was built from it will misunderstand:\n%s",
			strings.Join(gone, "\n"))
	}
	added := lacking(today, released)
	if *update {
		all := slices.Concat(released, added)
		slices.Sort(all)
		if err := os.WriteFile(kept, []byte(strings.Join(all, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(added) > 0 {
		t.Errorf("%s lacks what is new in plugin.proto, so that nothing guards it; add it with -update:\n%s", kept,
			strings.Join(added, "\n"))
	}
}

// The repository keeps the first release of the protocol, for the plugin of test/plugins/older. The
// list has all of it.
func TestFirstReleaseIsSupported(t *testing.T) {
	first := listing(compiled(t, "../../test/plugins/older"))
	if len(first) < 40 {
		t.Fatalf("got %d parts of the first release", len(first))
	}
	if gone := lacking(first, readKept(t)); len(gone) > 0 {
		t.Errorf("%s lacks parts of the first release:\n%s", kept, strings.Join(gone, "\n"))
	}
}

// The plugin of test/plugins/newer represents later releases, so it must have every part of today's
// protocol.
func TestNewerPluginHasTodaysProtocol(t *testing.T) {
	later, today := listing(compiled(t, "../../test/plugins/newer")), listing(pluginpb.File_plugin_proto)
	if gone := lacking(today, later); len(gone) > 0 {
		t.Errorf("test/plugins/newer/plugin.proto lacks:\n%s", strings.Join(gone, "\n"))
	}
	if len(lacking(later, today)) < 8 {
		t.Error("it has nothing that today's protocol has not")
	}
}

// The list catches each incompatible change.
func TestListCatchesIncompatibleChanges(t *testing.T) {
	for name, change := range map[string]func(*descriptorpb.FileDescriptorProto){
		"a field that is gone": func(f *descriptorpb.FileDescriptorProto) {
			message(f, "Category").Field = message(f, "Category").Field[1:]
		},
		"another number": func(f *descriptorpb.FileDescriptorProto) {
			message(f, "End").Field[0].Number = proto.Int32(9)
		},
		"another name": func(f *descriptorpb.FileDescriptorProto) {
			message(f,
				"End").Field[0].Name = proto.String("sent")
		},
		"another type": func(f *descriptorpb.FileDescriptorProto) {
			message(f, "End").Field[0].Type = descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum()
		},
		"repeated no more": func(f *descriptorpb.FileDescriptorProto) {
			message(f, "List").Field[0].Label = descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()
		},
		"out of its choice": func(f *descriptorpb.FileDescriptorProto) {
			step := message(f, "CollectResponse")
			step.Field[1].OneofIndex = nil
		},
		"a call that is gone": func(f *descriptorpb.FileDescriptorProto) {
			f.Service[0].Method = f.Service[0].Method[1:]
		},
		"a call that streams no more": func(f *descriptorpb.FileDescriptorProto) {
			f.Service[0].Method[1].ServerStreaming = proto.Bool(false)
		},
	} {
		file := protodesc.ToFileDescriptorProto(pluginpb.File_plugin_proto)
		change(file)
		changed, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(lacking(readKept(t), listing(changed))) == 0 {
			t.Errorf("%s: was not caught", name)
		}
	}
}

func message(f *descriptorpb.FileDescriptorProto, name string) *descriptorpb.DescriptorProto {
	at := slices.IndexFunc(f.MessageType, func(m *descriptorpb.DescriptorProto) bool { return m.GetName() == name })
	return f.MessageType[at]
}

func readKept(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool { return line == "" })
}

// lacking returns the lines that are not among the others.
func lacking(lines, among []string) (gone []string) {
	for _, line := range lines {
		if !slices.Contains(among, line) {
			gone = append(gone, line)
		}
	}
	return gone
}

// listing has a line for each part that both sides must agree on.
func listing(file protoreflect.FileDescriptor) []string {
	var lines []string
	for s := range each(file.Services()) {
		for m := range each(s.Methods()) {
			lines = append(lines, fmt.Sprintf("service %s call %s: %s, streamed %v, answered by %s, streamed %v",
				s.FullName(), m.Name(),
				m.Input().FullName(), m.IsStreamingClient(), m.Output().FullName(), m.IsStreamingServer()))
		}
	}
	lines = append(lines, messages(file.Messages())...)
	slices.Sort(lines)
	return lines
}

func messages(all protoreflect.MessageDescriptors) (lines []string) {
	for m := range each(all) {
		lines = append(lines, fmt.Sprintf("message %s", m.FullName()))
		for f := range each(m.Fields()) {
			line := fmt.Sprintf("message %s field %d: %s %s %s", m.FullName(), f.Number(), f.Name(), f.Cardinality(),
				f.Kind())
			if f.Message() != nil {
				line += " " + string(f.Message().FullName())
			}
			if f.ContainingOneof() != nil {
				line += " of " + string(f.ContainingOneof().Name())
			}
			lines = append(lines, line)
		}
		lines = append(lines, messages(m.Messages())...)
	}
	return lines
}

// each ranges over a list of descriptors.
func each[D any](list interface {
	Len() int
	Get(int) D
}) func(func(D) bool) {
	return func(yield func(D) bool) {
		for i := range list.Len() {
			if !yield(list.Get(i)) {
				return
			}
		}
	}
}

// compiled returns the descriptor of another plugin.proto, which cannot be linked into one program
// with ours.
func compiled(t *testing.T, dir string) protoreflect.FileDescriptor {
	t.Helper()
	out := filepath.Join(t.TempDir(), "set")
	if said, err := exec.Command("protoc", "--proto_path="+dir, "--descriptor_set_out="+out,
		"plugin.proto").CombinedOutput(); err != nil {
		t.Fatalf("protoc: %v\n%s", err, said)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	file, err := protodesc.NewFile(set.File[0], protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
