package sdk

import (
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// describe tells the host what the profile says that the plugin sends; check has made sure that it is so.
func describe(approved profile.Profile) *pluginpb.DescribeResponse {
	answer := &pluginpb.DescribeResponse{
		Product:        approved.ID,
		PluginVersion:  Version,
		ProfileVersion: int32(approved.Version),
	}
	for _, c := range approved.Categories {
		answer.Categories = append(answer.Categories, &pluginpb.CategoryDescription{Name: c.Name,
			Fields: describeFields(c.Fields)})
	}
	return answer
}

func describeFields(fields []profile.Field) []*pluginpb.FieldDescription {
	var described []*pluginpb.FieldDescription
	for _, f := range fields {
		described = append(described, &pluginpb.FieldDescription{
			Name: f.Name, Kind: string(f.Kind), Fields: describeFields(f.Fields),
		})
	}
	return described
}

// missing is a category that was not read.
func missing(name string, reason Reason) *pluginpb.Category {
	if reason == usage.Inapplicable {
		return &pluginpb.Category{Name: name,
			Outcome: &pluginpb.Category_NotApplicable{NotApplicable: &pluginpb.NotApplicable{}}}
	}
	return &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_NotAvailable{
		NotAvailable: &pluginpb.NotAvailable{Reason: string(reason)},
	}}
}
