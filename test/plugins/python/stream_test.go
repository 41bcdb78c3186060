package python

import (
	"context"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func period() *pluginpb.CollectRequest {
	end := time.Now().Truncate(time.Hour)
	return &pluginpb.CollectRequest{Start: timestamppb.New(end.Add(-time.Hour)), End: timestamppb.New(end)}
}

func (s *served) describe(t *testing.T, root string) *pluginpb.DescribeResponse {
	t.Helper()
	root, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.Describe(t.Context(), &pluginpb.DescribeRequest{Root: root, CollectorMilliseconds: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// collect reads a stream to its end. For each category it returns the record, with the missing
// fields, or the reason why there is none.
func (s *served) collect(ctx context.Context) (map[string]any, error) {
	stream, err := s.PluginClient.Collect(ctx, period())
	if err != nil {
		return nil, err
	}
	got, counted := map[string]any{}, int32(-1)
	for {
		step, err := stream.Recv()
		if errors.Is(err, io.EOF) && int(counted) == len(got) {
			return got, nil
		}
		if err != nil {
			return nil, err
		}
		if end := step.GetEnd(); end != nil {
			counted = end.GetCategories()
			continue
		}
		c := step.GetCategory()
		got[c.GetName()] = outcome(c)
	}
}

func outcome(c *pluginpb.Category) any {
	if c.GetRecord() == nil {
		return c.GetNotAvailable().GetReason()
	}
	record := plain(&pluginpb.Value{Is: &pluginpb.Value_Record{Record: c.GetRecord()}}).(map[string]any)
	for _, m := range c.GetMissing() {
		record["missing "+m.GetField()] = m.GetReason()
	}
	return record
}

func plain(v *pluginpb.Value) any {
	switch is := v.GetIs().(type) {
	case *pluginpb.Value_Flag:
		return is.Flag
	case *pluginpb.Value_Number:
		return is.Number
	case *pluginpb.Value_Text:
		return is.Text
	case *pluginpb.Value_List:
		return slices.Collect(func(yield func(any) bool) {
			for _, v := range is.List.GetValues() {
				if !yield(plain(v)) {
					return
				}
			}
		})
	case *pluginpb.Value_Record:
		return maps.Collect(func(yield func(string, any) bool) {
			for name, v := range is.Record.GetFields() {
				if !yield(name, plain(v)) {
					return
				}
			}
		})
	}
	return nil
}
