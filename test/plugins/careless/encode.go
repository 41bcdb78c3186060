package main

import "polycom.com/usagedata/core/wire/pluginpb"

func category(name string, fields map[string]any) *pluginpb.Category {
	return &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: record(fields)}}
}

func record(fields map[string]any) *pluginpb.Record {
	r := &pluginpb.Record{Fields: map[string]*pluginpb.Value{}}
	for name, value := range fields {
		r.Fields[name] = encode(value)
	}
	return r
}

// encode encodes a value unchanged, valid or not; nil is an unset value.
func encode(value any) *pluginpb.Value {
	switch value := value.(type) {
	case bool:
		return &pluginpb.Value{Is: &pluginpb.Value_Flag{Flag: value}}
	case int:
		return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: int64(value)}}
	case float64:
		return &pluginpb.Value{Is: &pluginpb.Value_Real{Real: value}}
	case string:
		return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: value}}
	case map[string]any:
		return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: record(value)}}
	case []any:
		list := &pluginpb.List{}
		for _, entry := range value {
			list.Values = append(list.Values, encode(entry))
		}
		return &pluginpb.Value{Is: &pluginpb.Value_List{List: list}}
	default:
		return &pluginpb.Value{}
	}
}
