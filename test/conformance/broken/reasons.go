package broken

import "polycom.com/usagedata/core/wire/pluginpb"

// inItsReasons say wrongly what is missing, and why.
func inItsReasons() []own {
	return []own{
		breaks("unexplained", "sends a category without values, and no reason", "reasons.given",
			lacks(&pluginpb.Category{Name: "system"})),
		breaks("emptyrecord", "sends an empty record where it could read nothing", "reasons.given", lacks(
			&pluginpb.Category{Name: "system", Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{}}})),
		breaks("ownreason", "gives a reason of its own", "reasons.known", lacks(sent("system", "the disk is full", nil))),
		breaks("hostsreason", "gives a reason that is the host's to give", "reasons.known",
			lacks(sent("system", "withheld", nil))),
		breaks("missestwice", "says of a field twice that it is missing", "reasons.fields", misses("up", "up")),
		breaks("missesall", "says of a category that it is missing, and of its fields too", "reasons.fields",
			changing(func(all []*pluginpb.Category) []*pluginpb.Category {
				all[0] = sent("system", "not_on_this_release", nil)
				all[0].Missing = []*pluginpb.Missing{{Field: "up", Reason: "source_failed"}}
				return all
			})),
		breaks("silentgap", "leaves a field out and does not say so", "reasons.told", misses()),
	}
}

func lacks(system *pluginpb.Category) life {
	return changing(func(all []*pluginpb.Category) []*pluginpb.Category {
		all[0] = system
		return all
	})
}

// misses leaves the time since the start out, and says that these fields are missing.
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
