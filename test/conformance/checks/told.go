package checks

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

// told is something that the plugin told, and where, in words that may be shown.
type told struct {
	where, text string
	number      bool
}

// keptValues are those of kinds that stay as they are, but for those that go in clear by contract. Words of closed
// lists were approved.
func keptValues(s *scene.Scenes, r *scene.Recording) []told {
	return valuesOf(s, r, func(l check.Leaf) bool {
		return l.Field.Kind.Treatment() == kind.Keep && !l.Field.Kind.InClear() &&
			!(l.Field.Kind == kind.Enum && slices.Contains(l.Field.Values, l.Text()))
	})
}

func clearValues(s *scene.Scenes, r *scene.Recording) []told {
	return valuesOf(s, r, func(l check.Leaf) bool { return l.Field.Kind.InClear() })
}

func valuesOf(s *scene.Scenes, r *scene.Recording, which func(check.Leaf) bool) (all []told) {
	for _, leaf := range sentIn(s, r.Scene).Leaves {
		if !which(leaf) {
			continue
		}
		if n, number := leaf.Number(); number {
			all = append(all, told{leaf.Name, strconv.FormatFloat(n, 'f', -1, 64), true})
		} else if leaf.Text() != "" {
			all = append(all, told{leaf.Name, leaf.Text(), false})
		}
	}
	return all
}

// texts leaves numbers out: short names of digits stand in many a number by chance.
func texts(all []told) []told {
	return slices.DeleteFunc(all, func(t told) bool { return t.number })
}

// words are the plugin's own, for fields, keys, categories and reasons.
func words(s *scene.Scenes, r *scene.Recording) (all []told) {
	sent := sentIn(s, r.Scene)
	for _, stray := range slices.Concat(sent.Undeclared, sent.Keys) {
		all = append(all, told{where: stray.Line(), text: stray.Word})
	}
	for i, step := range r.Collect.Steps {
		c := step.GetCategory()
		where := fmt.Sprintf("step %d", i+1)
		if declared, known := s.Product.Profile.Find(c.GetName()); known {
			where = declared.Name
		} else {
			all = append(all, told{where: where + ", the category's name", text: c.GetName()})
		}
		all = append(all, told{where: where + ", the reason", text: c.GetNotAvailable().GetReason()})
		all = append(all, missedWords(where, c)...)
	}
	return all
}

func missedWords(where string, c *pluginpb.Category) (all []told) {
	for i, m := range c.GetMissing() {
		all = append(all, told{where: fmt.Sprintf("%s, missing number %d", where, i+1), text: m.GetField() + " " +
			m.GetReason()})
	}
	return all
}

var levels = []string{"trace", "debug", "info", "warn", "error"}

func logged(_ *scene.Scenes, r *scene.Recording) (all []told) {
	for i, line := range r.Log {
		level := "no level"
		if slices.Contains(levels, line.Level) {
			level = line.Level
		}
		where := fmt.Sprintf("log line %d (%s, %d characters)", i+1, level, utf8.RuneCountInString(line.Raw))
		all = append(all, told{where: where, text: line.Raw + "\n" + line.Text}) // as it is, and without its escapes
	}
	return all
}

func failures(_ *scene.Scenes, r *scene.Recording) []told {
	all := []told{
		{where: "the error of Describe", text: saying(r.DescribeErr)},
		{where: "the error of Collect", text: saying(r.Collect.Err)},
		{where: "the error of the health service", text: saying(r.HealthErr)},
	}
	for _, c := range r.More {
		all = append(all, told{where: "the error of a further collect", text: saying(c.Err)})
	}
	return all
}

// saying is what an error says, with its details.
func saying(err error) string {
	if err == nil {
		return ""
	}
	return stringsIn(status.Convert(err).Proto().ProtoReflect())
}

func describing(_ *scene.Scenes, r *scene.Recording) []told {
	return []told{{where: "the description", text: stringsIn(r.Description.ProtoReflect())}}
}

// everything is all that the plugin told in any of its ways.
func everything(s *scene.Scenes, r *scene.Recording) []told {
	all := []told{{where: "the first line on standard output", text: string(r.First)}}
	for i, step := range r.Collect.Steps {
		where := fmt.Sprintf("step %d of the stream", i+1)
		if _, known := s.Product.Profile.Find(step.GetCategory().GetName()); known {
			where += ", " + step.GetCategory().GetName() + ","
		}
		all = append(all, told{where: where, text: stringsIn(step.ProtoReflect())})
	}
	return slices.Concat(all, logged(s, r), failures(s, r), describing(s, r))
}
