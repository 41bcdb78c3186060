package broken

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func inItsDescription() []own {
	return []own{
		breaks("versionless", "does not tell its own version", "describe.version",
			describing(func(d *pluginpb.DescribeResponse) { d.PluginVersion = "" })),
		breaks("otherprofile", "was built with another version of the profile", "describe.profile",
			describing(func(d *pluginpb.DescribeResponse) { d.ProfileVersion = 2 })),
		breaks("describesless", "describes a category less than the profile has", "describe.categories",
			describing(func(d *pluginpb.DescribeResponse) {
				d.Categories = d.Categories[1:]
			})),
		breaks("describesmore", "describes a category that the profile does not have", "describe.categories",
			describing(func(d *pluginpb.DescribeResponse) {
				d.Categories = append(d.Categories, &pluginpb.CategoryDescription{Name: "shoe_sizes"})
			})),
		breaks("describesfields", "describes a field that the profile does not have", "describe.fields",
			describing(func(d *pluginpb.DescribeResponse) {
				d.Categories[0].Fields = append(d.Categories[0].Fields, &pluginpb.FieldDescription{Name: "shoe_size",
					Kind: "count"})
			})),
		breaks("describeskind", "describes a field of another kind than the profile's", "describe.fields",
			describing(func(d *pluginpb.DescribeResponse) {
				d.Categories[0].Fields[0].Kind = "serial"
			})),
		breaks("describesanew", "describes itself otherwise each time", "describe.stable",
			describing(func(d *pluginpb.DescribeResponse) {
				d.PluginVersion = fmt.Sprintf("1.4.%d", rand.IntN(1<<20))
			})),
		breaks("needssources", "does not describe itself without its sources", "describe.unconfigured",
			refusing(func(r *pluginpb.DescribeRequest) bool {
				return len(r.GetSources().GetFields()) == 0
			})),
		breaks("readsearly", "reads before it describes itself", "describe.soon",
			describing(func(*pluginpb.DescribeResponse) { <-time.After(3 * time.Second) })),
	}
}

func describing(change func(*pluginpb.DescribeResponse)) life {
	return (&server{describe: func(_ *pluginpb.DescribeRequest,
		d *pluginpb.DescribeResponse) error {
		change(d)
		return nil
	}}).serve
}

func refusing(when func(*pluginpb.DescribeRequest) bool) life {
	return (&server{describe: func(r *pluginpb.DescribeRequest, _ *pluginpb.DescribeResponse) error {
		if when(r) {
			return status.Error(codes.FailedPrecondition, "no sources")
		}
		return nil
	}}).serve
}

func inTheStream() []own {
	return []own{
		breaks("undescribed", "ends when it is asked to collect before it was asked to describe itself", "collect.early",
			undescribed),
	}
}

// changing is a plugin that changes what it has read before it sends it.
func changing(change func([]*pluginpb.Category) []*pluginpb.Category) life {
	return (&server{change: func(_ context.Context, _ *opened,
		all []*pluginpb.Category) []*pluginpb.Category {
		return change(all)
	}}).serve
}

func undescribed() {
	s := &server{}
	s.collect = func(_ context.Context, _ *pluginpb.CollectRequest, _ stream, usual func() error) error {
		if s.opened == nil {
			os.Exit(9)
		}
		return usual()
	}
	s.serve()
}
