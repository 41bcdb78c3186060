package broken

import (
	"strconv"
	"time"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// fields of a record.
type fields map[string]*pluginpb.Value

// sent is a category with its fields, or with the reason why it has none.
func sent(name, why string, read func() fields) *pluginpb.Category {
	if why != "" {
		return &pluginpb.Category{Name: name,
			Outcome: &pluginpb.Category_NotAvailable{NotAvailable: &pluginpb.NotAvailable{Reason: why}}}
	}
	return &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: read()}}}
}

func text(s string) *pluginpb.Value  { return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: s}} }
func flag(b bool) *pluginpb.Value    { return &pluginpb.Value{Is: &pluginpb.Value_Flag{Flag: b}} }
func whole(n int64) *pluginpb.Value  { return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: n}} }
func real(f float64) *pluginpb.Value { return &pluginpb.Value{Is: &pluginpb.Value_Real{Real: f}} }

func record(f fields) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: &pluginpb.Record{Fields: f}}}
}

func list(values ...*pluginpb.Value) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_List{List: &pluginpb.List{Values: values}}}
}

// number is not set where the text is none.
func number(digits string) *pluginpb.Value {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil
	}
	return whole(n)
}

var began = time.Now()

func uptime() float64 { return time.Since(began).Seconds() }
