package checks

import (
	"fmt"

	"polycom.com/usagedata/test/conformance/scene"
)

// Limits of the host on a cycle's log, as documented in core/wire/README.md.
const (
	mostLines = 200
	mostLine  = 4 << 10 // bytes
)

// logs returns the checks of the output of the plugin on a healthy product. The privacy of its
// lines is another topic.
func logs() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"PLUG-2"}, Of: inScenes(scene.Good),
		From: scene.Collected}, []Check{
		{ID: "logs.stdout", Serves: []string{"PLUG-1"}, Judge: stdout,
			Holds: "Nothing is printed on standard output after the handshake line, nor into go-plugin's own stream.",
			Why:   "The host discards it."},
		{ID: "logs.few", Serves: []string{"SEND-5"}, Judge: few,
			Holds: "In a cycle the plugin logs at most 200 lines of at most 4 KiB.",
			Why:   "The host drops the rest."},
		{ID: "logs.lines", Level: recommended, Judge: jsonLines,
			Holds: "Each line on standard error is a JSON object with a level and a message, as hclog writes it.",
			Why:   "The host cannot see the level of any other line."},
		{ID: "logs.calm", Level: recommended, Judge: calm,
			Holds: "On a healthy product, no line is of level error.",
			Why:   "The log of a healthy product must not alarm its reader."},
	})
}

func stdout(s *scene.Scenes) Finding {
	if n := s.Of(scene.Good).Printed; n > 0 {
		return fail("It printed %d bytes.", n)
	}
	return pass("")
}

func few(s *scene.Scenes) Finding {
	for _, name := range failing() {
		if found := fewIn(s.Of(name)); failed(found) {
			return found
		}
	}
	return fewIn(s.Of(scene.Good))
}

func fewIn(r *scene.Recording) Finding {
	long := 0
	for _, line := range r.Log {
		if len(line.Raw) > mostLine {
			long++
		}
	}
	if len(r.Log) > mostLines || long > 0 {
		return fail("In the scene %s it logs %d bytes in %d lines or more, of which %d are too long.", r.Scene,
			r.LogBytes, len(r.Log), long)
	}
	return pass("It logs %d lines.", len(r.Log))
}

func jsonLines(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	if failed(fewIn(r)) {
		return skipped("It logs too much to be examined.")
	}
	var problems []string
	for i, line := range r.Log {
		if !line.JSON {
			problems = append(problems, fmt.Sprintf("line %d, %d characters", i+1, len(line.Raw)))
		}
	}
	return failIfAny(problems, "Some lines are not JSON objects with a level and a message.")
}

func calm(s *scene.Scenes) Finding {
	if failed(healthy(s)) {
		return skipped("A collector crashed or was late.")
	}
	var problems []string
	for i, line := range s.Of(scene.Good).Log {
		if line.Level == "error" {
			problems = append(problems, fmt.Sprintf("line %d, %d characters", i+1, len(line.Raw)))
		}
	}
	return failIfAny(problems, "It logs errors.")
}
