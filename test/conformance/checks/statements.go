package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/scene"
)

// statement is a text that the plugin sent in any way, and its place, in words that may be shown.
type statement struct {
	where, text string
	number      bool
	short       bool // a value or a word, not a sentence: a name in it may be disguised
}

// keptValues returns the values of kinds that are kept unchanged, except those sent in clear by
// contract and the approved words of closed lists.
func keptValues(s *scene.Scenes, r *scene.Recording) []statement {
	return valuesOf(s, r, func(l leaf) bool {
		return l.field.Kind.Treatment() == kind.Keep && !l.field.Kind.InClear() &&
			!(l.field.Kind == kind.Enum && slices.Contains(l.field.Values, l.text()))
	})
}

func clearValues(s *scene.Scenes, r *scene.Recording) []statement {
	return valuesOf(s, r, func(l leaf) bool { return l.field.Kind.InClear() })
}

func valuesOf(s *scene.Scenes, r *scene.Recording, which func(leaf) bool) (all []statement) {
	for _, l := range sentIn(s, r.Scene).leaves {
		if !which(l) {
			continue
		}
		if n, number := l.number(); number {
			all = append(all, statement{where: l.name, text: strconv.FormatFloat(n, 'f', -1, 64), number: true})
		} else if l.text() != "" {
			all = append(all, statement{where: l.name, text: l.text(), short: true})
		}
	}
	return all
}

// texts leaves out numbers, because short names made of digits occur in numbers by chance.
func texts(all []statement) []statement {
	return slices.DeleteFunc(all, func(t statement) bool { return t.number })
}

// words returns the plugin's own words: names of fields, keys and categories, and reasons.
func words(s *scene.Scenes, r *scene.Recording) (all []statement) {
	sent := sentIn(s, r.Scene)
	for _, found := range slices.Concat(sent.undeclared, sent.keys) {
		all = append(all, statement{where: found.where + ": " + found.fault, text: found.word, short: true})
	}
	for i, step := range r.Collect.Steps {
		c := step.GetCategory()
		where := fmt.Sprintf("step %d", i+1)
		if declared, known := s.Product.Profile.Find(c.GetName()); known {
			where = declared.Name
		} else {
			all = append(all, statement{where: where + ", the category's name", text: c.GetName()})
		}
		all = append(all, statement{where: where + ", the reason", text: c.GetNotAvailable().GetReason()})
		all = append(all, missedWords(where, c)...)
	}
	return all
}

func missedWords(where string, c *pluginpb.Category) (all []statement) {
	for i, m := range c.GetMissing() {
		all = append(all, statement{where: fmt.Sprintf("%s, missing number %d", where, i+1), text: m.GetField() + " " +
			m.GetReason()})
	}
	return all
}

var levels = []string{"trace", "debug", "info", "warn", "error"}

func logged(_ *scene.Scenes, r *scene.Recording) (all []statement) {
	for i, line := range r.Log {
		level := "no level"
		if slices.Contains(levels, line.Level) {
			level = line.Level
		}
		where := fmt.Sprintf("log line %d (%s, %d characters)", i+1, level, utf8.RuneCountInString(line.Raw))
		// raw, and with its escapes decoded
		all = append(all, statement{where: where, text: line.Raw + "\n" + line.Text})
	}
	return all
}

func failures(_ *scene.Scenes, r *scene.Recording) []statement {
	all := []statement{
		{where: "the error of Describe", text: saying(r.DescribeErr)},
		{where: "the error of Collect", text: saying(r.Collect.Err)},
		{where: "the error of the health service", text: saying(r.HealthErr)},
	}
	for _, c := range r.More {
		all = append(all, statement{where: "the error of a further collect", text: saying(c.Err)})
	}
	return all
}

// saying returns the text of an error, with its details.
func saying(err error) string {
	if err == nil {
		return ""
	}
	return stringsIn(status.Convert(err).Proto().ProtoReflect())
}

func describing(_ *scene.Scenes, r *scene.Recording) []statement {
	return []statement{{where: "the description", text: stringsIn(r.Description.ProtoReflect())}}
}

// everything returns everything that the plugin sent, in any way.
func everything(s *scene.Scenes, r *scene.Recording) []statement {
	all := []statement{{where: "the first line on standard output", text: string(r.First)}}
	for i, step := range r.Collect.Steps {
		where := fmt.Sprintf("step %d of the stream", i+1)
		if _, known := s.Product.Profile.Find(step.GetCategory().GetName()); known {
			where += ", " + step.GetCategory().GetName() + ","
		}
		all = append(all, statement{where: where, text: stringsIn(step.ProtoReflect())})
	}
	return slices.Concat(all, logged(s, r), failures(s, r), describing(s, r))
}

// within visits a message and everything inside it, including the keys of maps.
func within(m protoreflect.Message, visit func(any)) {
	_ = protorange.Range(m, func(p protopath.Values) error {
		last := p.Index(-1)
		if last.Step.Kind() == protopath.MapIndexStep {
			visit(last.Step.MapIndex().Interface())
		}
		visit(last.Value.Interface())
		return nil // so Range visits everything and returns nil
	})
}

// miswired counts the fields, nested ones included, whose known number has another wire type. The
// decoder keeps them with the unknown fields.
func miswired(m protoreflect.Message) (n int) {
	within(m, func(v any) {
		if inner, is := v.(protoreflect.Message); is {
			n += strayed(inner)
		}
	})
	return n
}

func strayed(m protoreflect.Message) (n int) {
	for rest := m.GetUnknown(); len(rest) > 0; {
		number, _, size := protowire.ConsumeField(rest)
		if size < 0 {
			return n + 1
		}
		if m.Descriptor().Fields().ByNumber(number) != nil {
			n++
		}
		rest = rest[size:]
	}
	return n
}

// stringsIn returns all texts and bytes of a message, nested ones included.
func stringsIn(m protoreflect.Message) string {
	var all strings.Builder
	within(m, func(v any) {
		switch is := v.(type) {
		case string:
			all.WriteString(is + "\n")
		case []byte:
			all.WriteString(string(is) + "\n")
		}
	})
	return all.String()
}
