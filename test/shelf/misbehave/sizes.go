package misbehave

import (
	"fmt"
	"strings"

	"google.golang.org/grpc/metadata"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// sizes are more than the host takes.
func sizes() map[string]life {
	return map[string]life{
		"huge":             sending("host", func() *pluginpb.Value { arrived(); return text(strings.Repeat("x", 256<<20)) }),
		"hugedescribe":     describing(hugeDescribe),
		"hugeheaders":      hugeHeaders,
		"million":          collecting(million),
		"milliondescribed": describing(millionDescribed),
		"manyvalues":       sending("calls", func() *pluginpb.Value { return list(many(300_000)...) }),
		"manymissing":      collecting(manyMissing),
	}
}

func hugeDescribe() (*pluginpb.DescribeResponse, error) {
	answer := described(name())
	answer.PluginVersion = strings.Repeat("1", 256<<20)
	return answer, nil
}

func hugeHeaders() {
	(&server{collect: func(to stream) error {
		pairs := metadata.MD{}
		for i := range 8 {
			pairs.Set(fmt.Sprintf("filler-%d", i), strings.Repeat("x", 1<<20))
		}
		if err := to.SetHeader(pairs); err != nil {
			return err
		}
		return whole(to)
	}}).serve()
}

func million(to stream) error {
	for i := range 1_000_000 {
		if err := sendAll(to, fmt.Sprintf("category_%d", i)); err != nil {
			return err
		}
	}
	return end(to, 1_000_001)
}

func millionDescribed() (*pluginpb.DescribeResponse, error) {
	answer := described(name())
	for i := range 1_000_000 {
		answer.Categories = append(answer.Categories, &pluginpb.CategoryDescription{Name: fmt.Sprintf("category_%d", i)})
	}
	return answer, nil
}

func many(n int) []*pluginpb.Value {
	values := make([]*pluginpb.Value, n)
	for i := range values {
		values[i] = &pluginpb.Value{}
	}
	return values
}

func manyMissing(to stream) error {
	second := category("second", nil)
	for range 100_000 {
		second.Missing = append(second.Missing, &pluginpb.Missing{Field: "load"})
	}
	return closing(to, second)
}
