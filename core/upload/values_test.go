package upload

import (
	"fmt"
	"math/rand/v2"
	"time"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// generator makes values as products have them, of each kind.
type generator struct {
	*rand.Rand
	entries int
}

func (g generator) value(f profile.Field) usage.Value {
	if f.List > 0 {
		list := usage.List{}
		single := f
		single.List = 0
		for range g.entries {
			list = append(list, g.value(single))
		}
		return usage.Raw(list)
	}
	record := usage.Record{}
	for _, part := range f.Fields {
		record[part.Name] = g.value(part)
	}
	for _, key := range f.By {
		record[key] = usage.Raw(g.scalar(f))
	}
	if len(record) > 0 {
		return usage.Raw(record)
	}
	return usage.Raw(g.scalar(f))
}

func (g generator) scalar(f profile.Field) any {
	n := g.IntN(1000)
	switch f.Kind {
	case kind.Count:
		return int64(g.IntN(5000))
	case kind.Measure:
		if f.Unit == "bytes" {
			return g.Int64N(1 << 37)
		}
		return float64(g.IntN(1000)) / 10
	case kind.Flag:
		return n%2 == 0
	case kind.Enum:
		return f.Values[g.IntN(len(f.Values))]
	case kind.Version:
		return fmt.Sprintf("%d.%d.%d.%d", g.IntN(9)+1, g.IntN(9), g.IntN(9), n)
	case kind.Time:
		return time.Date(2026, 1, 1, 0, 0, g.IntN(5_000_000), 0, time.UTC).Format(time.RFC3339)
	case kind.Duration:
		return int64(g.IntN(7200))
	}
	return g.name(f.Kind)
}

func (g generator) name(of kind.Kind) any {
	n := g.IntN(60_000)
	switch of {
	case kind.Serial:
		return fmt.Sprintf("8K%08XD%d", g.Uint32(), n%10)
	case kind.License:
		return fmt.Sprintf("K%04X-%04X-%04X", g.IntN(1<<16), g.IntN(1<<16), g.IntN(1<<16))
	case kind.Address:
		return fmt.Sprintf("10.%d.%d.%d", n%200, n/250, n%250)
	case kind.MAC:
		return fmt.Sprintf("00:e0:db:%02x:%02x:%02x", n%256, n/256, n%199)
	case kind.Hostname:
		return fmt.Sprintf("room-%d.clinic.example.net", n)
	case kind.Email:
		return fmt.Sprintf("user%d@clinic.example.net", n)
	case kind.URI:
		return fmt.Sprintf("sip:%d@clinic.example.net", n)
	case kind.Phone:
		return fmt.Sprintf("+1202555%04d", n%10_000)
	}
	return fmt.Sprintf("Vogelsang %d", n)
}
