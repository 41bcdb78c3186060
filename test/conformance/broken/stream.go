package broken

import (
	"context"
	"os"

	"polycom.com/usagedata/core/wire/pluginpb"
)

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
