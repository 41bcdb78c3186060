package checks

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/scene"
)

// ANON-1: a name is found in any spelling, at its place, and not across two texts; and the evidence
// does not hold it.
func TestNameIsFoundInAnySpelling(t *testing.T) {
	all := []statement{
		{where: "log line 1", text: "read Core-07.Kiefer.example"}, {where: "log line 2", text: "core-07"},
		{where: "log line 3", text: "kiefer.example"},
		{where: "counts.users", text: "3221226001"},
	}
	got := find(all, []needle{{text: "core-07.kiefer.example", called: "name number 1"},
		{text: "core-07\nkiefer", called: "name number 2"}, {text: "192.0.2.17", called: "name number 3"}})
	want := []string{"log line 1 holds name number 1", "counts.users holds name number 3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if strings.Contains(strings.ToLower(strings.Join(got, "")), "kiefer") {
		t.Errorf("got %v, which shows the name", got)
	}
}

// ANON-1: if the machine's name is a word of the profile, it is not searched for.
func TestMachineNameThatIsAProfileWord(t *testing.T) {
	all, err := ofThisMachine(&scene.Scenes{})
	if err != nil || len(all) == 0 {
		t.Fatalf("got %d names, %v, want some", len(all), err)
	}
	s := &scene.Scenes{}
	s.Product.Profile.Vocabulary = []string{all[0].text}
	fewer, err := ofThisMachine(s)
	if err != nil || len(fewer) >= len(all) {
		t.Errorf("got %d names, %v, want fewer than %d", len(fewer), err, len(all))
	}
}

// ANON-1: every text in a message or an error is searched.
func TestEveryTextIsSearched(t *testing.T) {
	step := &pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: &pluginpb.Category{
		Name: "one", Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: map[string]*pluginpb.Value{
			"two": list(text("three"), named(map[string]*pluginpb.Value{"four": text("five")})),
		}}},
		Missing: []*pluginpb.Missing{{Field: "six", Reason: "seven"}},
	}}}
	end := &pluginpb.End{Memory: []byte("eight")}
	failure, err := status.New(codes.Internal, "nine").WithDetails(&pluginpb.Missing{Field: "ten"})
	if err != nil {
		t.Fatal(err)
	}
	got := stringsIn(step.ProtoReflect()) + stringsIn(end.ProtoReflect()) + saying(failure.Err()) +
		saying(errors.New("eleven")) + saying(nil)
	for _, want := range []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
		"ten", "eleven"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %s in it", got, want)
		}
	}
}

// SEND-4: the maximum size of a profile is the sum of its lists, keys and longest words.
func TestMaximumSizeOfAProfile(t *testing.T) {
	fields := []profile.Field{
		{Name: "ab", Kind: kind.Flag},                                               // 2+4+20
		{Name: "cd", Kind: kind.Enum, Values: []string{"a", "longest word"}},        // 2+4+14
		{Name: "ef", Kind: kind.Count, By: []string{"xyz"}},                         // 2+4+ (5+4+20)+(3+4+20)
		{Name: "gh", List: 3, Fields: []profile.Field{{Name: "i", Kind: kind.MAC}}}, // 2+4+ 3*((1+4+3+29+2)+1)
	}
	if got, want := record(fields), int64(2+26+20+62+126); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}
