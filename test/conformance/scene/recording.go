package scene

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"

	"polycom.com/usagedata/core/wire/pluginpb"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/observe"
	"polycom.com/usagedata/test/conformance/planting"
)

// Stage is how far a plugin got in a scene; see [Recording].
type Stage int

// The stages, in order.
const (
	Unplayed   Stage = iota // the scene was not played: see Recording.Why
	Started                 // its process was started
	Handshaken              // it completed the handshake and answered a call
	Described               // it answered Describe
	Collected               // its stream ended without an error
)

// Recording is everything observed of the plugin in one scene. Texts of the plugin in it are raw.
type Recording struct {
	Scene Name
	Stage Stage
	Why   string // why the scene was not played
	Broke error  // an error of the suite itself, or of the machine; [ErrInterrupted]
	Took  time.Duration

	World     World           // the input of the plugin
	Period    time.Time       // start of the requested hour
	Planted   []string        // names that were planted in the world for this scene
	Renamed   *planting.Names // further ones, in the place of the product's own; nil if there are none
	Impostors *Impostors      // servers that it should not trust; nil if there are none
	Secrets   []string        // content of its secret files

	First     []byte // line on standard output, without the newline
	Line      frontdoor.Line
	LineErr   error         // why there is no line
	LineTook  time.Duration // from the start of the process
	Launching time.Duration // part of it before the program ran
	// why the line is no handshake, and why the socket that it names cannot be the plugin's; both
	// are empty if there is no fault, and quote the line
	LineFault, SocketFault string
	CallErr                error // of the connection
	HealthErr              error // of the health service

	Description     *pluginpb.DescribeResponse
	DescribeErr     error
	DescribeTook    time.Duration
	DescribeRepeats []frontdoor.Repeat

	Redescribed    *pluginpb.DescribeResponse // a second answer of the same process, in the scenes of Starts
	RedescribedErr error

	Collect      frontdoor.Collected
	CollectTook  time.Duration
	Starved      time.Duration         // part of it for which threads of the plugin waited for a processor
	More         []frontdoor.Collected // further collects of the scene; of Many, the last
	Next         *frontdoor.Collected  // the second collect of Many
	Samples      []frontdoor.Sample
	Asked        int           // collects after the first, in Many
	MaxProcessor time.Duration // CPU time of the most expensive collect in Many
	Excess       string        // the exceeded resource if the plugin was killed for it, in the host's words
	Confined     *Confined     // result of the real host

	Printed  int64 // bytes on standard output after the line, and on go-plugin's own stream
	Log      []LogLine
	LogEnd   []LogLine // the last lines, however long the log is
	LogBytes int64
	Acts     []observe.Act // acts that the host does not allow
	Socket   os.FileMode   // permissions of its socket: all that it had after a call
	Reached  []string      // network and address of each allowed connection, at most [maxReached]

	Ended    bool          // by itself, when asked to or when its host was gone
	EndTook  time.Duration // from the request
	Code     int           // exit status; -1 for a signal
	State    string        // how it ended, in the system's words
	Died     string        // the same, if it ended without being asked to and was not killed by the suite
	Left     int           // files in its folder after its end
	Admitted []string      // clients that it accepted and should have refused
}

// LogLine is a line on standard error.
type LogLine struct {
	Raw   string
	JSON  bool
	Level string // of hclog; empty if there is none
	Text  string // message and pairs, except the stack
	Stack string // of a panic, as the SDK logs it
}

// maxReached is the number of different connections that are recorded.
const maxReached = 5

// maxLogLines limits the number of recorded lines.
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
	word, _ := pairs["@level"].(string)
	if level := hclog.LevelFromString(word); level >= hclog.Trace && level <= hclog.Error { // as the host takes it
		l.Level = level.String()
	}
	l.JSON, l.Text = said && l.Level != "", message
	for name, value := range pairs {
		if stack, is := value.(string); is && name == "stack" {
			l.Stack = stack
		} else if !strings.HasPrefix(name, "@") {
			l.Text += fmt.Sprintf(" %s=%v", name, value)
		}
	}
	return l
}

// Categories returns each [pluginpb.Category] that was sent, by name. If one was sent twice, it
// returns the first.
func Categories(c frontdoor.Collected) map[string]*pluginpb.Category {
	found := map[string]*pluginpb.Category{}
	for _, step := range c.Steps {
		if category := step.GetCategory(); category != nil && found[category.GetName()] == nil {
			found[category.GetName()] = category
		}
	}
	return found
}

// End returns the step that closes the stream, or nil if there is none.
func End(c frontdoor.Collected) *pluginpb.End {
	for _, step := range c.Steps {
		if end := step.GetEnd(); end != nil {
			return end
		}
	}
	return nil
}

// mostPrinted is the number of bytes that a plugin may print and log in one cycle before further
// scenes are skipped.
const mostPrinted = 8 << 20

// Floods reports whether the plugin prints so much that playing it in more scenes would cost more
// than it shows.
func (r *Recording) Floods() bool { return r.Printed+r.LogBytes > mostPrinted }

// Crashed reports whether the process exited without being asked to.
func (r *Recording) Crashed() bool { return r.Died != "" }

// Quits reports whether the process exited by itself after a complete collect.
func (r *Recording) Quits() bool { return r.Stage == Collected && r.Crashed() }
