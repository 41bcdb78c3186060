// Package doctor examines an installation part by part and reports which parts do not work. It
// sends no usage data, keeps nothing of the plugin's answers, and needs no consent.
package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/gate"
	"polycom.com/usagedata/core/journal"
	"polycom.com/usagedata/core/pluginhost"
	"polycom.com/usagedata/core/sent"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
)

// State is the condition of a part, in a [Finding].
type State string

// The states. They are public interface: programs read them from `usagedata check --json`.
const (
	OK   State = "ok"
	Warn State = "warn" // the part works, but an administrator should look at it
	Skip State = "skip" // the part was not tried; the finding says why
	Fail State = "fail"
)

// Finding is the result for one part, in a [Report].
type Finding struct {
	Part  string `json:"part"` // preceded by the parts that it belongs to: binary/owner
	State State  `json:"state"`
	Says  string `json:"says"`           // in one line
	Hint  string `json:"hint,omitempty"` // what an administrator can do
}

// Report holds all findings, in the order in which a person reads them.
type Report struct {
	Works bool      `json:"works"` // no part failed
	Parts []Finding `json:"parts"`
}

// Failed returns the parts that do not work.
func (r Report) Failed() (all []Finding) {
	for _, f := range r.Parts {
		if f.State == Fail {
			all = append(all, f)
		}
	}
	return all
}

// Installation is the service as it is installed and configured here; [Installation.Examine]
// examines it.
type Installation struct {
	Path     string   // of the configuration
	Ignored  []string // variables of the environment that have no effect here
	Settings config.Settings
	Decision consent.Store
	Names    func() (anonymize.Names, error)
	Host     *pluginhost.Host
	Starts   status.Plugin // the record of the plugin's starts
	Journal  *journal.Journal
	Sent     sent.Store
	Gate     *gate.Gate
	Slot     time.Duration
	Undrawn  bool      // there is no slot yet
	Asked    time.Time // until when the collection point asked to wait, or zero
	Clock    error     // why the local clock is not known, or nil
	Key      func() (anonymize.Key, error)
	// Shake performs a TLS handshake with the collection point, without a request.
	Shake func(context.Context) (upload.HandshakeResult, error)
	// Reading returns a context for reading the product, or an error that says why it must not be
	// read now.
	Reading func(context.Context) (context.Context, context.CancelFunc, error)
}

// Examine tries every part once. It starts the plugin, unless its binary is not the installed one
// or is set aside; these starts are not counted.
func (i Installation) Examine(ctx context.Context, now time.Time) Report {
	decision, err := i.Decision.Read()
	found := append(i.configuration(), i.user())
	found = append(append(found, i.product()...),
		tried("decision", i.sentence(decision, now), err))
	binary, unfit := i.binary()
	found = append(append(found, binary...), i.starts())
	found = append(append(found, i.limits()...), i.sandbox()...)
	found = append(append(found, i.plugin(ctx, now, unfit)...), i.trust())
	found = append(append(found, i.authorities(now)...), i.ownCertificate(now)...)
	found = append(found, i.environment(), i.ownNames(), i.key(decision))
	found = append(append(found, i.state(now)...), i.history(decision))
	found = append(found, i.withheld(now, decision)...)
	report := Report{Parts: append(found, i.collectionPoint(ctx, now, decision), i.localClock(now), i.window(now))}
	report.Works = len(report.Failed()) == 0
	return report
}

// product reports the installed product, and its logo if that cannot be shown.
func (i Installation) product() []Finding {
	p := i.Settings.Installed
	found := []Finding{works("product", fmt.Sprintf("%s, profile %d, in %s", p.Profile.Name, p.Profile.Version, p.Dir))}
	if _, err := p.Logo(); err != nil {
		bad := failed("product/logo", err)
		bad.State = Warn // the page shows an icon instead
		found = append(found, bad)
	}
	return found
}

// environment reports variables that are set but have no effect.
func (i Installation) environment() Finding {
	const part = "environment"
	if len(i.Ignored) == 0 {
		return works(part, "no variables are set that select a proxy or certificates in other programs")
	}
	return Finding{Part: part, State: Warn, Says: "set, but ignored: " + strings.Join(i.Ignored, ", "),
		Hint: "use collection_point.ca, collection_point.host and proxy.url in the configuration instead"}
}

func (i Installation) ownNames() Finding {
	_, err := i.Names()
	return tried("own names", "read; the leak gate looks for them in each document", err)
}

func works(part, says string) Finding { return Finding{Part: part, State: OK, Says: says} }

func skipped(part, why string) Finding { return Finding{Part: part, State: Skip, Says: why} }

func failed(part string, err error) Finding {
	return Finding{Part: part, State: Fail, Says: usage.PlainLine(err), Hint: usage.HintOf(err)}
}

// tried returns failed if there is an error, and works otherwise.
func tried(part, says string, err error) Finding {
	if err != nil {
		return failed(part, err)
	}
	return works(part, says)
}
