package shelf

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// inItsValues returns plugins that send one value of a healthy product in a way that the profile
// does not allow.
func inItsValues() []Plugin {
	return []Plugin{
		breaks("tellsmore", "sends a field that the profile does not have", "values.declared",
			putting("system", "shoe_size", whole(43))).
			host(Whole, "").shows("1 undeclared"),
		breaks("tellsmoreof", "sends a part of a record that the profile does not have", "values.declared",
			putting("counts", "peers", list(record(fields{
				"address": text("192.0.2.17"), "shoe_size": whole(43),
			})))).
			host(Whole, "").shows("1 undeclared"),
		breaks("listless", "sends one value where the profile has a list", "values.shape",
			putting("counts", "rooms", whole(12))).
			host(Whole, "").shows("1 suppressed"),
		breaks("listful", "sends a list where the profile has one value", "values.shape",
			putting("counts", "users", list(whole(12)))).
			host(Whole, "").shows("1 suppressed"),
		breaks("longlist", "sends a list with more entries than the profile allows", "values.lists",
			putting("counts", "rooms", list(many(11)...))).
			host(Whole, "").shows("1 suppressed"),
		breaks("ownkeys", "counts by a key that the closed list does not have", "values.keys",
			putting("counts", "by_type", record(fields{"h320": whole(4)}))).
			host(Whole, "").shows("1 suppressed"),
		breaks("quotes", "sends a count as text", "values.type", putting("counts", "users", text("1204"))).
			host(Whole, "").shows("1 suppressed"),
		breaks("halves", "sends a count with a half", "values.type", putting("counts", "users", decimal(1203.5))).
			host(Whole, "").shows("1 suppressed"),
		breaks("endless", "sends an infinite measure", "values.finite",
			putting("system", "memory", decimal(math.Inf(1)))).
			host(Whole, "").shows("1 suppressed"),
		breaks("lessthannothing", "sends a negative count", "values.count", putting("counts", "users", whole(-1))).
			host(Whole, "").shows("1 suppressed"),
		breaks("overfull", "sends 104 percent", "values.measure", putting("system", "load", whole(104))),
		breaks("owesmemory", "sends a negative number of bytes", "values.measure",
			putting("system", "memory", whole(-4096))),
		breaks("timewarp", "sends a negative duration", "values.duration", putting("system", "period", whole(-3600))).
			host(Whole, "").shows("1 suppressed"),
		breaks("milliseconds", "sends a duration in milliseconds since 1970", "values.duration",
			putting("system", "period", whole(1_767_000_000_000))),
		breaks("localtime", "sends a time without its zone", "values.time",
			putting("system", "booted", text("2026-01-02 03:04:05"))).
			host(Whole, "").shows("1 suppressed"),
		breaks("epoch", "sends the beginning of the calendar for a time that it does not know", "values.time",
			putting("system", "booted", text("0001-01-01T00:00:00Z"))).
			host(Whole, "").shows("1 suppressed"),
		breaks("ownword", "sends a word that the enum does not have", "values.enum",
			putting("system", "model", text("gamma"))).
			host(Whole, "").shows("1 suppressed"),
		breaks("longversion", "sends a sentence for a version", "values.version",
			putting("system", "release", text("the newest one"))).
			host(Whole, "").shows("1 suppressed"),
		breaks("blank", "sends an empty address", "values.identifiers",
			putting("counts", "peers", list(record(fields{"address": text("")})))).
			host(Whole, "").shows("1 suppressed"),
		breaks("longserial", "sends a serial number of 129 digits", "values.text",
			putting("license_information", "serial_number", text(strings.Repeat("8", 129)))).
			host(Whole, "").shows("1 suppressed"),
		breaks("twolines", "sends a license value of two lines", "values.characters",
			putting("license_information", "features", list(text("routing\nrecording")))).
			host(Whole, "").shows("1 suppressed"),
		breaks("hugestring", "sends a string of 900 KB", "values.identifiers",
			doing(func(_ *opened, all []*pluginpb.Category) {
				put(all, "counts", "peers", list(record(fields{"address": text(long(900_000))})))
			})).host(Whole, "").shows("1 suppressed").quick(),
		breaks("hugename", "sends a field whose name has 900 KB", "values.declared",
			doing(func(_ *opened, all []*pluginpb.Category) { put(all, "counts", long(900_000), whole(1)) })).
			host(Whole, "").shows("1 undeclared").quick(),
		breaks("notanumber", "sends NaN and infinity", "values.finite",
			doing(func(_ *opened, all []*pluginpb.Category) {
				put(all, "system", "load", decimal(math.NaN()))
				put(all, "counts", "users", decimal(math.Inf(1)))
			})).host(Whole, "").shows("2 suppressed").quick(),
		breaks("manyvalues", "sends a list of 300,000 numbers", "values.lists",
			doing(func(_ *opened, all []*pluginpb.Category) {
				put(all, "counts", "rooms", list(slices.Repeat([]*pluginpb.Value{{}}, 300_000)...))
			})).
			host(Whole, "").shows("suppressed").quick(),
	}
}

func many(n int) (values []*pluginpb.Value) {
	for i := range n {
		values = append(values, whole(int64(i)))
	}
	return values
}

// inItsReasons returns plugins that report missing fields or their reasons wrongly.
func inItsReasons() []Plugin {
	return []Plugin{
		breaks("unexplained", "sends a category without values, and no reason", "reasons.given",
			lacks(&pluginpb.Category{Name: "system"})).
			host(Partly, "").shows("missing   system: not available"),
		breaks("emptyrecord", "sends an empty record where it could read nothing", "reasons.given", lacks(
			&pluginpb.Category{Name: "system", Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{}}})).
			host(Partly, ""),
		breaks("ownreason", "gives a reason of its own", "reasons.known",
			lacks(sent("system", "the disk is full", nil))).
			host(Partly, "").shows("missing   system: not available"),
		breaks("hostsreason", "gives a reason that is the host's to give", "reasons.known",
			lacks(sent("system", "withheld", nil))).
			host(Partly, "").shows("missing   system: not available").quick(),
		breaks("missestwice", "says of a field twice that it is missing", "reasons.fields", misses("up", "up")),
		breaks("missesall", "says of a category that it is missing, and of its fields too", "reasons.fields",
			changing(func(all []*pluginpb.Category) []*pluginpb.Category {
				all[0] = sent("system", "not_on_this_release", nil)
				all[0].Missing = []*pluginpb.Missing{{Field: "up", Reason: "source_failed"}}
				return all
			})),
		breaks("silentgap", "leaves a field out and does not say so", "reasons.told", misses()),
		breaks("otherreason", "gives a reason that holds a name", "reasons.known",
			lacks(sent("system", Name+" is down", nil))).host(Partly, "").shows("missing   system").quick(),
		breaks("foreignmissing", "misses fields that are another category's", "reasons.fields",
			doing(func(_ *opened, all []*pluginpb.Category) {
				all[1].Missing = []*pluginpb.Missing{{Field: "memory_of_" + Name, Reason: "timed_out"},
					{Field: Name, Reason: Name}, nil}
			})).host(Whole, "").quick(),
		breaks("manymissing", "misses a field 100,000 times", "reasons.fields",
			doing(func(_ *opened, all []*pluginpb.Category) {
				for range 100_000 {
					all[1].Missing = append(all[1].Missing, &pluginpb.Missing{Field: "users"})
				}
			})).host(Whole, "").quick(),
	}
}

func lacks(system *pluginpb.Category) life {
	return changing(func(all []*pluginpb.Category) []*pluginpb.Category {
		all[0] = system
		return all
	})
}

// misses leaves out the time since the start, and says that these fields are missing.
func misses(names ...string) life {
	return changing(func(all []*pluginpb.Category) []*pluginpb.Category {
		if record := all[0].GetRecord(); record != nil {
			delete(record.Fields, "up")
			for _, name := range names {
				all[0].Missing = append(all[0].Missing, &pluginpb.Missing{Field: name, Reason: "source_failed"})
			}
		}
		return all
	})
}

// inItsSize returns plugins whose profile allows more than fits into a document.
func inItsSize() []Plugin {
	return []Plugin{
		breaks("unbounded", "has a profile that allows more than fits into a document", "size.bounded",
			(&server{}).serve).widened(),
		breaks("heavy", "sends more than fits into a document", "size.document", weighing(false)).
			host(Partly, "").shows("left out: the document would have been").widened(),
		breaks("heaviest", "sends more than fits into a document where the product is the largest", "size.largest",
			weighing(true)).widened(),
	}
}

// weighing returns a plugin that sends too much, either on the largest product or on the other.
func weighing(onLargest bool) life {
	return doing(func(o *opened, all []*pluginpb.Category) {
		_, err := os.Stat(filepath.Join(o.root, "data", "largest"))
		if onLargest == (err == nil) {
			put(all, "license_information", "features", list(manyFeatures(256)...))
		}
	})
}

func manyFeatures(n int) (values []*pluginpb.Value) {
	for i := range n {
		values = append(values, text(fmt.Sprintf("FEATURE-%03d-%s", i, strings.Repeat("X", 50))))
	}
	return values
}
