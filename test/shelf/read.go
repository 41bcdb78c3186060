package shelf

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// opened is the input of Describe.
type opened struct {
	root     string
	station  map[string]any
	memory   []byte
	counters map[string]int64
	limit    time.Duration // for one category
	asked    int           // collects so far
}

// pairs reads a file of lines `name value`, and rejects any other line.
func (o *opened) pairs(name string) (map[string]string, string) {
	text, err := readFile(filepath.Join(o.root, "data", name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "source_not_found"
	}
	if err != nil {
		return nil, "source_failed"
	}
	found := map[string]string{}
	for line := range strings.Lines(string(text)) {
		word, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || value == "" || !printable(line) {
			return nil, "malformed_answer"
		}
		found[word] = value
	}
	if len(found) == 0 {
		return nil, "malformed_answer"
	}
	return found, ""
}

// maxFile is more than the size of any of the files.
const maxFile = 64 << 10

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile))
}

func printable(line string) bool {
	return !strings.ContainsFunc(strings.TrimRight(line, "\n"), func(r rune) bool { return r < ' ' || r > '~' })
}

// visitors queries the station, which answers with one number on a line.
func (o *opened) visitors(ctx context.Context) (int64, string) {
	address, _ := o.station["address"].(string)
	if address == "" {
		return 0, "not_configured"
	}
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return 0, dialed(ctx)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	line, err := bufio.NewReaderSize(conn, 64).ReadSlice('\n')
	if ctx.Err() != nil {
		return 0, "timed_out"
	}
	if err != nil {
		return 0, "malformed_answer"
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(line)), 10, 64)
	if err != nil || n < 0 {
		return 0, "malformed_answer"
	}
	return n, ""
}

func dialed(ctx context.Context) string {
	if ctx.Err() != nil {
		return "timed_out"
	}
	return "connection_refused"
}

// read returns every category as it should be.
func (o *opened) read(ctx context.Context) []*pluginpb.Category {
	all := []*pluginpb.Category{o.system(), o.counts(), o.license()}
	if own, _ := self(); own.Station {
		all = append(all, o.visited(ctx))
	}
	return all
}

func (o *opened) system() *pluginpb.Category {
	pairs, why := o.pairs("system")
	return sent("system", why, func() fields {
		return fields{
			"release": text(pairs["release"]), "model": text(pairs["model"]), "secure": flag(pairs["secure"] == "yes"),
			"booted": text(pairs["booted"]),
			"period": number(pairs["period"]), "up": decimal(uptime()), "load": number(pairs["load"]),
			"memory": number(pairs["memory"]),
		}
	})
}

func (o *opened) counts() *pluginpb.Category {
	pairs, why := o.pairs("counts")
	return sent("counts", why, func() fields {
		peer := record(fields{"address": text(pairs["peer"]), "contact": text(pairs["contact"])})
		return fields{
			"users": number(pairs["users"]), "by_type": record(fields{"h323": number(pairs["h323"]),
				"sip": number(pairs["sip"])}),
			"rooms": list(number(pairs["room"]), number(pairs["hall"])), "peers": list(peer),
		}
	})
}

func (o *opened) license() *pluginpb.Category {
	pairs, why := o.pairs("license")
	return sent("license_information", why, func() fields {
		var features []*pluginpb.Value
		for _, feature := range strings.Fields(pairs["features"]) {
			features = append(features, text(feature))
		}
		return fields{"serial_number": text(pairs["serial"]), "features": list(features...), "options": list()}
	})
}

func (o *opened) visited(ctx context.Context) *pluginpb.Category {
	n, why := o.visitors(ctx)
	return sent("station", why, func() fields { return fields{"visitors": whole(n)} })
}

// fields are the fields of a record.
type fields map[string]*pluginpb.Value

// sent returns a category with its fields, or with the reason why it has none.
func sent(name, why string, read func() fields) *pluginpb.Category {
	if why != "" {
		return &pluginpb.Category{Name: name,
			Outcome: &pluginpb.Category_NotAvailable{NotAvailable: &pluginpb.NotAvailable{Reason: why}}}
	}
	return &pluginpb.Category{Name: name, Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: read()}}}
}

func text(s string) *pluginpb.Value     { return &pluginpb.Value{Is: &pluginpb.Value_Text{Text: s}} }
func flag(b bool) *pluginpb.Value       { return &pluginpb.Value{Is: &pluginpb.Value_Flag{Flag: b}} }
func whole(n int64) *pluginpb.Value     { return &pluginpb.Value{Is: &pluginpb.Value_Number{Number: n}} }
func decimal(f float64) *pluginpb.Value { return &pluginpb.Value{Is: &pluginpb.Value_Real{Real: f}} }

func record(f fields) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_Record{Record: &pluginpb.Record{Fields: f}}}
}

func list(values ...*pluginpb.Value) *pluginpb.Value {
	return &pluginpb.Value{Is: &pluginpb.Value_List{List: &pluginpb.List{Values: values}}}
}

// number returns nil, which is not sent, if the text is not a number.
func number(digits string) *pluginpb.Value {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil
	}
	return whole(n)
}

var began = time.Now()

func uptime() float64 { return time.Since(began).Seconds() }
