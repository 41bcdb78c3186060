package shelf

import (
	"strings"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// sinceItsLastRelease returns plugins that differ from their last release without a new version of
// their profile.
func sinceItsLastRelease() []Plugin {
	replacing := func(was, is string) func(string) string {
		return func(profile string) string { return strings.Replace(profile, was, is, 1) }
	}
	sound := (&server{}).serve
	all := []Plugin{
		breaks("lowersversion", "has a lower version of the profile than its last release", "baseline.version", sound).
			profiled(replacing("version: 3", "version: 2")),
		breaks("forgetsfield", "drops a field of its last release", "baseline.fields", doing(forget)).
			profiled(replacing("      - {name: period, kind: duration, doc: How long a session lasts., "+
				"why: To test.}\n", "")),
		breaks("addsfield", "declares a field that its last release does not have", "baseline.fields", putting("system",
			"shoes", whole(43))).profiled(replacing("      - {name: up,",
			"      - {name: shoes, kind: count, doc: Shoes., why: To test.}\n      - {name: up,")),
		breaks("changesunit", "declares another unit than its last release", "baseline.kinds", sound).
			profiled(replacing("unit: bytes", "unit: kilobytes")),
		breaks("changesshape", "declares a list where its last release has one value", "baseline.kinds",
			putting("counts", "users", list(whole(1204)))).
			profiled(replacing("{name: users, kind: count,", "{name: users, kind: count, list: 4,")),
		breaks("sendsless", "does not send a field that its last release sends", "baseline.sent", doing(omitSerial)),
		breaks("otherunit", "sends a number in another unit than its last release", "baseline.values",
			putting("system", "memory", whole(8589934592/1024))),
	}
	for i := range all {
		all[i] = all[i].since(all[i].Name)
	}
	return append(all, breaks("renamesitself", "has another id than its last release", "baseline.product", sound).
		since("sendsless"))
}

func forget(_ *opened, all []*pluginpb.Category) {
	if record := all[0].GetRecord(); record != nil {
		delete(record.Fields, "period")
	}
}

func omitSerial(_ *opened, all []*pluginpb.Category) {
	if record := all[2].GetRecord(); record != nil {
		delete(record.Fields, "serial_number")
		all[2].Missing = append(all[2].Missing,
			&pluginpb.Missing{Field: "serial_number", Reason: "not_on_this_release"})
	}
}
