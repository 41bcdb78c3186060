package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/logfile"
	"polycom.com/usagedata/core/usage"
)

// logIn returns the host's own log in the log folder.
func logIn(c config.Config) *logfile.File {
	return &logfile.File{Disk: durable.OS{}, Path: filepath.Join(c.Folders.Log, "usagedata.log"), Size: c.Log.Size,
		Keep: c.Log.Keep}
}

const logName = "usagedata"

// newLog logs to the file and to a sink, with the time that now returns.
func newLog(c config.Config, file io.Writer, sink hclog.SinkAdapter, now func() time.Time) hclog.Logger {
	log := hclog.NewInterceptLogger(&hclog.LoggerOptions{Name: logName, Level: hclog.LevelFromString(c.Log.Level),
		JSONFormat: c.Log.JSON, Output: file, TimeFn: now})
	log.RegisterSink(sink)
	return log
}

// linesTo returns a sink that writes the log's lines as they are in the file.
func linesTo(out io.Writer, c config.Config, now func() time.Time) hclog.SinkAdapter {
	return hclog.NewSinkAdapter(&hclog.LoggerOptions{Name: logName, Level: hclog.LevelFromString(c.Log.Level),
		JSONFormat: c.Log.JSON, Output: out, TimeFn: now})
}

// sink returns the part of the log that a command shows.
func (std streams) sink(c config.Config, now func() time.Time) hclog.SinkAdapter {
	if std.verbose != nil && *std.verbose {
		return linesTo(std.err, c, now)
	}
	return plainTo{std.notes, max(hclog.Warn, hclog.LevelFromString(c.Log.Level))}
}

// plainTo notes faults of the host, each in one line like an error. The plugin's lines are only in
// the log, and --verbose shows them.
type plainTo struct {
	notes *notes
	least hclog.Level
}

// Accept implements [hclog.SinkAdapter].
func (p plainTo) Accept(name string, level hclog.Level, message string, pairs ...any) {
	if level < p.least || name != logName || p.notes == nil {
		return
	}
	var cause string
	for i := 1; i < len(pairs); i += 2 {
		if err, failed := pairs[i].(error); failed {
			cause = usage.Plain(err)
			message += ": " + strings.ReplaceAll(cause, "\n", "; ")
		} else {
			message += fmt.Sprintf(" (%v: %v)", pairs[i-1], pairs[i])
		}
	}
	p.notes.add(note{message, cause})
}

// notes are the lines of the log that a command prints when it ends.
type notes struct {
	mu   sync.Mutex
	all  []note
	live io.Writer // where a resident command prints each note at once; nil if the command ends soon
}

type note struct{ text, cause string }

func (n *notes) add(one note) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.live != nil {
		fmt.Fprintln(n.live, "usagedata:", one.text)
		return
	}
	n.all = append(n.all, one)
}

// print prints all notes except those with the error that ended the command.
func (n *notes) print(out io.Writer, end error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, one := range n.all {
		if end == nil || one.cause == "" || !strings.Contains(usage.Plain(end), one.cause) {
			fmt.Fprintln(out, "usagedata:", one.text)
		}
	}
}

// withheldLine replaces a line of the plugin's log that contained a name of this appliance.
const withheldLine = "a line was withheld: it contained a name of this appliance"

// scrubber returns a function that treats the plugin's log lines like free text, and withholds a
// line in which one of the appliance's own names is still found. It reads the key for each line, of
// which a plugin has few, so that a destroyed key is neither used nor kept. If there is no key, it
// uses a temporary one; if the appliance's names are not known, no line passes.
func (s *service) scrubber() func(string) string {
	own := anonymize.EphemeralKey()
	var one sync.Mutex // a preview and a cycle may run at the same time
	return func(line string) string {
		one.Lock()
		defer one.Unlock()
		key, err := s.stores.Key.Load()
		if err != nil {
			key = own
		}
		k := s.known.Load()
		if k == nil {
			names, _ := namesOf(s.settings) // the zero names let nothing pass
			k = &knownNames{names: names}
			s.known.Store(k)
		}
		if id := key.ID("log"); k.treat == nil || id != k.key {
			k.key, k.treat = id, lineScrubber(key, s.settings, k.names)
		}
		return k.treat(line)
	}
}

func lineScrubber(key anonymize.Key, settings config.Settings, names anonymize.Names) func(string) string {
	scrubber := anonymize.NewScrubber(key, slices.Concat(settings.Installed.Profile.Words(), usage.Words()))
	named := nameFinderOf(names, key, settings)
	return func(line string) string {
		scrubbed, _ := scrubber.Scrub(line)
		if named(scrubbed) {
			return withheldLine
		}
		return scrubbed
	}
}
