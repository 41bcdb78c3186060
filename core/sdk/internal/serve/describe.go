package serve

import (
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// describe returns the description for the host. It is made from the profile alone: check has
// verified that the plugin's structs match it.
func (s *server) describe() *pluginpb.DescribeResponse {
	answer := &pluginpb.DescribeResponse{
		Product:        s.Profile.ID,
		PluginVersion:  s.Version,
		ProfileVersion: int32(s.Profile.Version),
	}
	for _, c := range s.Profile.Categories {
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
