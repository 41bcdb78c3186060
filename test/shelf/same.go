package shelf

import (
	"context"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// drawn is a different number in each process.
var drawn = rand.Int64N(1 << 40)

// differently returns plugins that report the same facts differently.
func differently() []Plugin {
	return []Plugin{
		breaks("dices", "sends another number in each process", "same.values",
			putting("counts", "users", whole(drawn))),
		breaks("shuffles", "sends a list in another order in each process", "same.order",
			putting("counts", "rooms", list(shuffled()...))),
		breaks("capricious", "misses fields for other reasons in each process", "same.omitted", changing(missWhy)),
		breaks("addsup", "counts what it counted before once more", "same.process", addsUp()),
		breaks("relies", "tells what it remembers instead of what is so", "same.reminded",
			remembers(true, func(memory []byte) bool { return string(memory) == remembered })),
		breaks("credulous", "takes a counter that it cannot have kept for true", "same.misled",
			(&server{change: func(_ context.Context, o *opened, all []*pluginpb.Category) []*pluginpb.Category {
				if o.counters["cycles"] > 1_000_000 {
					all[1].GetRecord().Fields["users"] = whole(o.counters["cycles"] >> 20)
				}
				return all
			}}).serve),
		breaks("believes", "takes a memory that is not its own for true", "same.misled",
			remembers(false, func(memory []byte) bool { return len(memory) > len(remembered) })),
		breaks("nowonly", "collects for the last hour only", "same.hour", (&server{collect: nowOnly}).serve),
	}
}

func shuffled() []*pluginpb.Value {
	order := rand.New(rand.NewPCG(uint64(drawn), 1)).Perm(10)
	var values []*pluginpb.Value
	for _, n := range order {
		values = append(values, whole(int64(n)))
	}
	return values
}

// missWhy removes six fields, for random reasons.
func missWhy(all []*pluginpb.Category) []*pluginpb.Category {
	draw := rand.New(rand.NewPCG(uint64(drawn), 2))
	for _, name := range []string{"release", "secure", "model", "booted", "period", "load"} {
		if record, why := all[0].GetRecord(), words[draw.IntN(len(words))]; record != nil {
			delete(record.Fields, name)
			all[0].Missing = append(all[0].Missing, &pluginpb.Missing{Field: name, Reason: why})
		}
	}
	return all
}

var words = []string{
	"", "not_configured", "misconfigured", "not_on_this_release", "not_on_this_machine", "more_than_listed",
	"source_not_found",
	"connection_refused", "name_not_resolved", "timed_out", "certificate_not_trusted",
	"login_refused", "not_permitted", "source_failed", "source_starting", "not_yet", "malformed_answer",
}

func addsUp() life {
	return (&server{change: func(_ context.Context, o *opened, all []*pluginpb.Category) []*pluginpb.Category {
		put(all, "counts", "users", whole(1204*int64(o.asked)))
		return all
	}}).serve
}

const remembered = "1204 users"

// remembers returns a plugin that sends another number if its carryover meets the condition.
func remembers(wants bool, so func(memory []byte) bool) life {
	s := &server{}
	s.send = func(o *opened, all []*pluginpb.Category, to stream) error {
		if so(o.memory) {
			put(all, "counts", "users", whole(1205))
		}
		if wants {
			return sendAll(to, all, []byte(remembered))
		}
		return sendAll(to, all, nil)
	}
	return s.serve
}

func nowOnly(_ context.Context, request *pluginpb.CollectRequest, _ stream, usual func() error) error {
	if time.Since(request.GetStart().AsTime()) > 12*time.Hour {
		return status.Error(codes.InvalidArgument, "another hour is over")
	}
	return usual()
}
