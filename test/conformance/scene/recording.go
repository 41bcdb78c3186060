package scene

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"time"

	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/observe"
)

// Stage is how far a plugin got in a scene.
type Stage int

// The stages, in order.
const (
	Unplayed  Stage = iota // the scene was not played: see Recording.Why
	Started                // its process was started
	Shaken                 // it shook hands and answered a call over the connection
	Described              // it answered Describe
	Collected              // its stream came to an end without an error
)

// Recording is all that was seen of the plugin in one scene. What the plugin says in it is raw.
type Recording struct {
	Scene Name
	Stage Stage
	Why   string // why the scene was not played
	Broke error  // what went wrong with the suite itself, or with the machine

	World   World     // what the plugin was given
	Period  time.Time // start of the hour that was asked for
	Planted []string  // names that were planted in the world for this scene
	Secrets []string  // what stands in the files of its secrets

	First     []byte // line on standard output, without its end
	Line      frontdoor.Line
	LineErr   error         // why there is none
	LineTook  time.Duration // from the start of the process
	Launching time.Duration // of that, until the program ran
	Listens   bool          // on a unix socket in its folder, as far as the line says
	CallErr   error         // of the connection
	HealthErr error         // what its health service says

	Description  *pluginpb.DescribeResponse
	DescribeErr  error
	DescribeTook time.Duration

	Collect     frontdoor.Collected
	CollectTook time.Duration
	More        []frontdoor.Collected // further collects of the scene; of Many, the last
	Next        *frontdoor.Collected  // the second collect of Many
	Samples     []frontdoor.Sample
	Asked       int           // collects after the first, in Many
	Dearest     time.Duration // processor time that the dearest of the collects in Many used
	Over        string        // of what it had so much that it was ended, in the host's words
	Confined    *Confined     // what the real host got of it

	Printed  int64 // bytes on standard output behind the line, and by go-plugin's own stream
	Log      []LogLine
	LogBytes int64
	Acts     []observe.Act // by which it tried what the host does not let it

	Ended    bool          // by itself, when it was asked or its host was gone
	EndTook  time.Duration // from when it was asked
	Code     int           // exit code; -1 for a signal
	State    string        // how it ended, in the system's words
	Left     int           // files in its folder after its end
	Admitted []string      // what it talked to that it should not have
}

// LogLine is a line on standard error.
type LogLine struct {
	Raw   string
	JSON  bool
	Level string // of hclog; empty without one
	Text  string // message and pairs
}

// maxLogLines bounds what is looked at.
const maxLogLines = 20_000

func logLines(text []byte) (lines []LogLine) {
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && len(lines) < maxLogLines {
			lines = append(lines, logLine(line))
		}
	}
	return lines
}

func logLine(raw string) LogLine {
	l := LogLine{Raw: raw, Text: raw}
	var pairs map[string]any
	if json.Unmarshal([]byte(raw), &pairs) != nil {
		return l
	}
	message, said := pairs["@message"].(string)
	level, leveled := pairs["@level"].(string)
	l.JSON, l.Level, l.Text = said && leveled, level, message
	for name, value := range pairs {
		if !strings.HasPrefix(name, "@") {
			l.Text += fmt.Sprintf(" %s=%v", name, value)
		}
	}
	return l
}

// Categories are those that were sent, by name; of one that was sent twice, the first.
func Categories(c frontdoor.Collected) map[string]*pluginpb.Category {
	found := map[string]*pluginpb.Category{}
	for _, step := range c.Steps {
		if category := step.GetCategory(); category != nil && found[category.GetName()] == nil {
			found[category.GetName()] = category
		}
	}
	return found
}

// End is the step that closes the stream; nil without one.
func End(c frontdoor.Collected) *pluginpb.End {
	for _, step := range c.Steps {
		if end := step.GetEnd(); end != nil {
			return end
		}
	}
	return nil
}

// mostPrinted is how much a plugin may print and log in one cycle to be played any further.
const mostPrinted = 8 << 20

// Floods reports whether the plugin prints so much that playing it in more scenes would cost more than it shows.
func (r *Recording) Floods() bool { return r.Printed+r.LogBytes > mostPrinted }

// killed is in the state of a process that the suite killed.
var killed = syscall.SIGKILL.String()

// Crashed reports whether the process exited without being asked to.
func (r *Recording) Crashed() bool {
	return r.State != "" && !r.Ended && !strings.Contains(r.State, killed)
}
