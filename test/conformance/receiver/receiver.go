// Package receiver tests a collection point, whoever wrote it, against the upload protocol, and
// reports whether it conforms. It sees what an appliance and an attacker see: it connects, sends
// test documents that it makes itself, and judges the answers. core/upload/README.md is the
// protocol; README.md in this folder is for the authors and operators of a collection point.
//
// A check is a rule with a stable id. It makes its own documents and connections, so that checks run
// at the same time and in any choice. A file holds the checks of one or two topics.
package receiver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/conformance/waivers"
)

// Defaults of [Options].
const (
	DefaultProduct  = "conformance"
	DefaultTimeout  = 5 * time.Minute
	DefaultPatience = 75 * time.Second // a body may take 60 seconds
	defaultSlow     = 4 * time.Second
)

// Options is the input of [Run]: the collection point to test, and how.
type Options struct {
	URL         string           // https://HOST:PORT
	Connect     string           // HOST:PORT to connect to in place of the URL's; none if empty
	Roots       *x509.CertPool   // the authorities that may vouch for the collection point; nil means the system's
	Certificate *tls.Certificate // shown if the collection point asks for one
	Product     string           // id of the product that the documents are about; [DefaultProduct] if empty
	// Several receivers are behind the URL, and none knows what another one accepted a moment ago. A
	// resend may be stored again then, and another body under an id may be accepted.
	Several bool

	Only    []string        // ids or topics of the checks to run; all if empty
	Skip    []string        // ids or topics of the checks to skip
	Waivers []result.Waiver // accepted failures
	Command []string        // how the suite was started, for the report

	Timeout  time.Duration // limit for the whole run; [DefaultTimeout] if 0
	Patience time.Duration // within which a silent connection must be ended; [DefaultPatience] if 0
	Slow     time.Duration // the time that a slow sender takes for one document; four seconds if 0

	// Begin is called before any check is run, with the result that is true until the run ends. If it
	// returns an error, no check is run and [Run] returns the error.
	Begin    func(result.Result) error
	Progress func(result.Done) // called after each check, in the order of the list
}

// Reasons why a run ended early.
var (
	errSignal  = errors.New("it was stopped from outside")
	errTimeout = errors.New("it reached its time limit")
)

// Run runs the suite. It returns an error if the suite cannot run: wrong usage, or a collection point
// to which no connection can be made. If the context or the time limit ends before all checks were
// judged, the rest is skipped and [result.Result.Interrupted] says why.
func Run(ctx context.Context, o Options) (result.Result, error) {
	r := result.Result{Format: result.ReceiverFormat, Suite: result.Version, Arch: runtime.GOARCH,
		Started: time.Now().UTC(), Command: o.Command, Reduced: o.reduced()}
	if err := o.complete(); err != nil {
		return r, err
	}
	v, err := newVisit(o)
	if err != nil {
		return r, err
	}
	if err := v.reach(ctx); err != nil {
		return r, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("%w of %v", errTimeout, o.Timeout))
	defer cancel()
	r.Receiver = &result.Receiver{URL: o.URL, Product: o.Product, System: v.system, Several: o.Several}
	r.Partial = slices.ContainsFunc(All(), func(c Check) bool { return !o.selected(c.ID) })
	if o.Begin != nil {
		if err := o.Begin(unfinished(o, r)); err != nil {
			return r, err
		}
	}
	r.Checks = v.runAll(ctx)
	if slices.ContainsFunc(r.Checks, func(d result.Done) bool { return d.Says == interrupted }) {
		r.Interrupted = errSignal.Error()
		if cause := context.Cause(ctx); errors.Is(cause, errTimeout) {
			r.Interrupted = cause.Error()
		}
	}
	r.Receiver.Documents = int(v.stored.Load())
	r.Problems = waivers.ToRemove(o.Waivers, r.Checks, r.Started.Local())
	r.Took = time.Since(r.Started)
	r.Verdict = r.Judge()
	return r, nil
}

// complete fills in defaults, and reports all problems, joined.
func (o *Options) complete() error {
	if o.Product == "" {
		o.Product = DefaultProduct
	}
	for _, limit := range []struct {
		of       *time.Duration
		standard time.Duration
	}{{&o.Timeout, DefaultTimeout}, {&o.Patience, DefaultPatience}, {&o.Slow, defaultSlow}} {
		if *limit.of == 0 {
			*limit.of = limit.standard
		}
	}
	var problems []error
	if o.Timeout < 0 || o.Patience < 0 || o.Slow < 0 {
		problems = append(problems, usage.WithHint(errors.New("a time limit is negative"),
			"give a duration above zero, such as 5m or 90s"))
	}
	if !usage.IsProduct(o.Product) {
		problems = append(problems, usage.WithHint(errors.New("the product's id has the wrong form"),
			"it has 2 to 32 lower-case letters and digits, the first a letter: dma"))
	}
	to, err := url.Parse(o.URL)
	if err != nil || to.Scheme != "https" || to.Hostname() == "" || to.Path != "" && to.Path != "/" ||
		to.RawQuery != "" || to.User != nil || to.Fragment != "" {
		problems = append(problems, usage.WithHint(errors.New("the URL is not that of a collection point"),
			"give scheme, host and port alone: https://collection.example.com:8443"))
	}
	if _, _, err := net.SplitHostPort(o.Connect); o.Connect != "" && err != nil {
		problems = append(problems, usage.WithHint(errors.New("the address to connect to is not HOST:PORT"),
			"give a host or an IP address with a port: 127.0.0.1:8443"))
	}
	return errors.Join(append(problems, o.validate())...)
}

// validate returns an error for each id or topic that matches no check, and for each waiver without the
// id of a check, a reason or a valid date.
func (o *Options) validate() error {
	var problems []error
	unknown := func(word string) {
		problems = append(problems, usage.WithHint(fmt.Errorf("there is no check %q", word),
			"conformance receiver -list lists them"))
	}
	for _, w := range o.Waivers {
		if !slices.ContainsFunc(All(), func(c Check) bool { return w.Check == c.ID }) {
			unknown(w.Check)
		}
		if !waivers.Complete(w) {
			problems = append(problems,
				fmt.Errorf("the waiver of %s needs a reason and an expiry date such as 2027-03-31", w.Check))
		}
	}
	for _, word := range slices.Concat(o.Only, o.Skip) {
		if !slices.ContainsFunc(All(), func(c Check) bool { return matches(word, c.ID) }) {
			unknown(word)
		}
	}
	return errors.Join(problems...)
}

// matches reports whether word is the id or its topic.
func matches(word, id string) bool { return word == id || word == topic(id) }

func topic(id string) string {
	name, _, _ := strings.Cut(id, ".")
	return name
}

func (o *Options) selected(id string) bool {
	named := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return matches(w, id) })
	}
	return (len(o.Only) == 0 || named(o.Only)) && !named(o.Skip)
}

// reduced returns the options with which less is tested than without them.
func (o *Options) reduced() (options []string) {
	if len(o.Only) > 0 {
		options = append(options, "-run "+strings.Join(o.Only, ","))
	}
	if len(o.Skip) > 0 {
		options = append(options, "-skip "+strings.Join(o.Skip, ","))
	}
	if o.Several {
		options = append(options, "-receivers several")
	}
	return options
}

// unfinished returns the result of a run that never ends: no check is judged.
func unfinished(o Options, r result.Result) result.Result {
	for _, c := range All() {
		d := c.describe()
		d.Outcome, d.Says = result.Skip, result.NotSelected
		if o.selected(c.ID) {
			d.Says = interrupted
		}
		r.Checks = append(r.Checks, d)
	}
	r.Interrupted = "it has not ended, or was killed"
	r.Verdict = r.Judge()
	return r
}
