package shelf

import (
	"context"
	"fmt"
	"os"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

const (
	tooLarge = "error code ResourceExhausted"
	tooMuch  = "MB of memory"
)

func inItsStream() []Plugin {
	return []Plugin{
		breaks("undescribed", "ends when it is asked to collect before it was asked to describe itself",
			"collect.early", undescribed),
		breaks("unasked", "sends a category that the administrator left out", "collect.leftout",
			(&server{collect: deaf}).serve).profiled(optionalCounts),
		breaks("twice", "sends a category twice", "collect.once",
			afterFirst(func(to stream, all []*pluginpb.Category) error {
				_ = send(to, all[0])
				return end(to, 2, nil)
			})).host(Partly, "it sent a category twice").quick(),
		breaks("unknown", "sends a category that the profile does not have", "collect.declared",
			afterFirst(func(to stream, all []*pluginpb.Category) error {
				_ = send(to, named(Name, all[1]))
				return end(to, 2, nil)
			})).host(Partly, "it sent a category that the profile does not have").quick(),
		breaks("million", "sends a million categories", "collect.declared", afterFirst(million)).
			host(Partly, "it sent a category that the profile does not have").quick(),
		breaks("disorder", "sends the end first", "collect.end",
			sending(func(to stream, all []*pluginpb.Category) error {
				_ = end(to, len(all), nil)
				return send(to, all...)
			})).host(Refused, "its End message counts another number of categories than it sent").quick(),
		breaks("miscounts", "counts other categories than it sent", "collect.end",
			afterFirst(func(to stream, _ []*pluginpb.Category) error { return end(to, 7, noise) })).
			host(Partly, "its End message counts another number of categories than it sent").quick(),
		breaks("torn", "ends its stream without an end", "collect.end",
			afterFirst(func(stream, []*pluginpb.Category) error { return nil })).
			host(Partly, "its stream ended without the End message").quick(),
		breaks("goeson", "sends a category after the end", "collect.after",
			afterFirst(func(to stream, all []*pluginpb.Category) error {
				_ = end(to, 1, noise)
				return send(to, all[1:]...)
			})).host(Partly, "it sent more after the End message").quick(),
		breaks("twoends", "sends two ends", "collect.after",
			sending(func(to stream, all []*pluginpb.Category) error {
				_ = sendAll(to, all, noise)
				return end(to, len(all), noise)
			})).host(Whole, "it sent more after the End message").quick(),
		breaks("emptystep", "sends a step that holds nothing", "collect.steps",
			afterFirst(func(to stream, _ []*pluginpb.Category) error { return to.Send(&pluginpb.CollectResponse{}) })).
			host(Partly, "it sent an empty message").quick(),
		breaks("fewer", "leaves a category out and says nothing of it", "collect.complete",
			sending(func(to stream, all []*pluginpb.Category) error { return sendAll(to, all[:2], nil) })).
			host(Partly, "").shows("missing   license_information").quick(),

		breaks("huge", "answers Collect with 256 MiB", "collect.size", afterFirst(huge)).
			host(Partly, tooLarge+"|"+tooMuch).late().alone(),
		breaks("hugeheaders", "sends 8 MB of headers", "collect.size", sending(sendHeaders)).
			host(Refused, "answered ").quick(),
		breaks("hugetrailers", "sends 100 KB of trailers", "collect.size",
			sending(func(to stream, all []*pluginpb.Category) error {
				to.SetTrailer(metadata.Pairs("filler", strings.Repeat("x", 100_000)))
				return sendAll(to, all, nil)
			})).host(Whole, "the plugin answered with the error code Internal").quick(),
		breaks("hugedescribeheaders", "sends 100 KB of headers with its description", "describe.size",
			(&server{serving: answering(pluginpb.Plugin_Describe_FullMethodName,
				func(ctx context.Context) (any, error) {
					return nil, grpc.SetHeader(ctx, metadata.Pairs("filler", strings.Repeat("x", 100_000)))
				})}).serve),
		breaks("muchmemory", "sends a byte more of carryover than allowed", "collect.memory",
			remembering(wire.MaxCarryover+1)).
			host(Whole, "sent more carryover than allowed").quick(),
		breaks("bigmemory", "asks for 1 MiB to be remembered", "collect.size", remembering(1<<20)).
			host(Whole, tooLarge).quick(),
		breaks("smuggles", "keeps a counter that its profile does not declare, named like a host", "collect.counters",
			leaving(map[string]int64{"cycles": 1, Name: 4711})).
			host(Whole, "counters that its profile does not declare").quick(),
		breaks("countsdown", "keeps a counter below zero", "collect.counters",
			leaving(map[string]int64{"cycles": -4711})).
			host(Whole, "counters that its profile does not declare, or negative ones").quick(),
		breaks("accumulates", "remembers in each hour all that it was reminded of, and more", "collect.growth",
			(&server{send: func(o *opened, all []*pluginpb.Category, to stream) error {
				return sendAll(to, all, append(o.memory, noise...))
			}}).serve).host(Whole, ""),
	}
}

func named(name string, like *pluginpb.Category) *pluginpb.Category {
	return &pluginpb.Category{Name: name, Outcome: like.GetOutcome()}
}

// noise is an invalid carryover: not text, not gzip and not a message.
var noise = []byte("\xff\x00" + Name + "\n\x1f\x8b")

func remembering(bytes int) life {
	return sending(func(to stream, all []*pluginpb.Category) error {
		return sendAll(to, all, []byte(long(bytes)))
	})
}

func long(bytes int) string { return strings.Repeat(Name, bytes/len(Name)+1)[:bytes] }

func million(to stream, all []*pluginpb.Category) error {
	for i := range 1_000_000 {
		if err := send(to, named(fmt.Sprintf("category_%d", i), all[1])); err != nil {
			return err
		}
	}
	return end(to, 1_000_001, nil)
}

func huge(to stream, all []*pluginpb.Category) error {
	arrived()
	put(all, "counts", "users", text(strings.Repeat("x", 256<<20)))
	_ = send(to, all[1:]...)
	return end(to, len(all), nil)
}

func sendHeaders(to stream, all []*pluginpb.Category) error {
	pairs := metadata.MD{}
	for i := range 8 {
		pairs.Set(fmt.Sprintf("filler-%d", i), strings.Repeat("x", 1<<20))
	}
	if err := to.SetHeader(pairs); err != nil {
		return err
	}
	return sendAll(to, all, nil)
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

// leaving returns a plugin that keeps these counters.
func leaving(counters map[string]int64) life {
	return sending(func(to stream, all []*pluginpb.Category) error { return sendCounting(to, all, counters) })
}

// deaf collects as if nothing were left out.
func deaf(_ context.Context, request *pluginpb.CollectRequest, _ stream, usual func() error) error {
	request.LeftOut = nil
	return usual()
}

// optionalCounts makes a category of the profile optional.
func optionalCounts(text string) string {
	const doc = "    doc: How many there are.\n"
	return strings.Replace(text, doc, doc+"    optional: true\n", 1)
}
