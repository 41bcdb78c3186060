package shelf

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func inItsDescription() []Plugin {
	return []Plugin{
		breaks("versionless", "does not tell its own version", "describe.version",
			describing(func(d *pluginpb.DescribeResponse) { d.PluginVersion = "" })),
		breaks("otherprofile", "was built with another version of the profile", "describe.profile",
			describing(func(d *pluginpb.DescribeResponse) { d.ProfileVersion = 2 })).
			host(Whole, "another version of the profile"),
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
			refusing(func(r *pluginpb.DescribeRequest) error {
				if len(r.GetSources().GetFields()) == 0 {
					return status.Error(codes.FailedPrecondition, "no sources")
				}
				return nil
			})).host(Refused, "error code FailedPrecondition").asking(),
		breaks("readsearly", "reads before it describes itself", "describe.soon",
			describing(func(*pluginpb.DescribeResponse) { <-time.After(3 * time.Second) })),
		breaks("hugedescribe", "answers Describe with 256 MiB", "describe.size", describing(hugeDescribe)).
			host(Refused, tooLarge+"|"+tooMuch).late().alone(),
		breaks("milliondescribed", "describes a million categories", "describe.size", describing(millionDescribed)).
			host(Refused, tooLarge+"|"+tooMuch).alone(),
	}
}

func refusing(when func(*pluginpb.DescribeRequest) error) life {
	return (&server{describe: func(r *pluginpb.DescribeRequest, _ *pluginpb.DescribeResponse) error {
		return when(r)
	}}).serve
}

func hugeDescribe(d *pluginpb.DescribeResponse) { d.PluginVersion = strings.Repeat("1", 256<<20) }

func millionDescribed(d *pluginpb.DescribeResponse) {
	for i := range 1_000_000 {
		d.Categories = append(d.Categories, &pluginpb.CategoryDescription{Name: fmt.Sprintf("category_%d", i)})
	}
}
