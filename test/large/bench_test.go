package large

import (
	"testing"
	"time"
)

// BenchmarkTwiceAsMany reports how much one more of a thing adds to the cost of a preview, and the
// ratio for twice as many.
func BenchmarkTwiceAsMany(b *testing.B) {
	bin := build(b)
	for _, thing := range []struct {
		name, product string // the product that reads them, as the host does
		many          int
		of            func(int) machine
	}{
		{"interfaces", "dma", promised.Interfaces, func(n int) machine { return machine{Interfaces: n} }},
		{"mounts", "dma", promised.Mounts, func(n int) machine { return machine{Mounts: n} }},
		{"processes", "dma", promised.Processes, func(n int) machine { return machine{Processes: n} }},
		{"users", "dma", promised.Users, func(n int) machine { return machine{Users: n} }},
		{"processes each read", "rmxve", promised.Processes, func(n int) machine { return machine{Processes: n} }},
		{"neighbors", "dma", 50_000, func(n int) machine { return machine{Hosts: n} }},
		{"groups", "dma", 20_000, func(n int) machine { return machine{Groups: n} }},
		{"routes", "dma", 5_000, func(n int) machine { return machine{Routes: n} }},
		{"sockets", "rmxve", 100_000, func(n int) machine { return machine{Sockets: n} }},
		{"core files", "rmxve", 10_000, func(n int) machine { return machine{Cores: n} }},
	} {
		b.Run(thing.name, func(b *testing.B) {
			for b.Loop() {
				cost := func(n int) figures { return on(b, scene{thing.of(n), []string{thing.product}, bin})[0] }
				compare(b, thing.many, cost(0), cost(thing.many/2), cost(thing.many))
			}
		})
	}
}

// noise is the possible difference in processor time between two equal previews.
const noise = 30 * time.Millisecond

func compare(b *testing.B, many int, none, half, whole figures) {
	b.ReportMetric(0, "ns/op")
	if added := half.CPU - none.CPU; added > noise {
		b.ReportMetric(float64(whole.CPU-none.CPU)/float64(added), "x-doubled")
	}
	b.ReportMetric(float64((whole.CPU-none.CPU).Microseconds())/float64(many), "cpu-µs/each")
	b.ReportMetric(float64(whole.Host.Peak>>20), "host-peak-MB")
	b.ReportMetric(float64(whole.Plugin.Peak>>20), "plugin-peak-MB")
}
