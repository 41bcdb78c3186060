package main

import (
	"io"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/logfile"
	"polycom.com/usagedata/core/usage"
)

// logIn is the host's own log in the log folder.
func logIn(c config.Config) *logfile.File {
	return &logfile.File{Disk: durable.OS{}, Path: filepath.Join(c.Folders.Log, "usagedata.log"), Size: c.Log.Size,
		Keep: c.Log.Keep}
}

// newLog logs to the file, and to standard error what is at least as grave as told, with the time that now returns.
func newLog(c config.Config, stderr io.Writer, told hclog.Level, now func() time.Time) hclog.Logger {
	level := hclog.LevelFromString(c.Log.Level)
	log := hclog.NewInterceptLogger(&hclog.LoggerOptions{Name: "usagedata", Level: level, JSONFormat: c.Log.JSON,
		Output: logIn(c), TimeFn: now})
	log.RegisterSink(hclog.NewSinkAdapter(&hclog.LoggerOptions{Name: "usagedata", Level: max(level, told),
		JSONFormat: c.Log.JSON, Output: stderr, TimeFn: now}))
	return log
}

// withheldLine stands in the log for a line of the plugin's that held a name of this appliance.
const withheldLine = "a line was withheld: it held a name of this appliance"

// scrubber treats the plugin's log lines like free text, and withholds one in which the appliance's own names are found
// all the same. It looks at the key for each line, of which a plugin has few: a key that was destroyed since is not
// used, nor kept. Without a key, one of its own serves; without the appliance's names nothing passes.
func (s *service) scrubber() func(string) string {
	own := anonymize.EphemeralKey()
	var one sync.Mutex // a preview and a cycle may run at once
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
			k = &known{names: names}
			s.known.Store(k)
		}
		if id := key.ID("log"); k.treat == nil || id != k.key {
			k.key, k.treat = id, treating(key, s.settings, k.names)
		}
		return k.treat(line)
	}
}

func treating(key anonymize.Key, settings config.Settings, names anonymize.Names) func(string) string {
	scrubber := anonymize.NewScrubber(key, slices.Concat(settings.Installed.Profile.Words(), usage.Words()))
	named := namedBy(names, key, settings)
	return func(line string) string {
		scrubbed, _ := scrubber.Scrub(line)
		if named(scrubbed) {
			return withheldLine
		}
		return scrubbed
	}
}
