package broken

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"polycom.com/usagedata/test/conformance/receiver"
	"polycom.com/usagedata/test/conformance/result"
	"polycom.com/usagedata/test/privateca"
)

// attempt runs these checks on a collection point with a fault, or all if none are given.
func attempt(ctx context.Context, f fault, only ...string) (result.Result, error) {
	ca, err := privateca.New()
	if err != nil {
		return result.Result{}, err
	}
	own, err := ca.IssueClient("appliance")
	if err != nil {
		return result.Result{}, err
	}
	s := &server{fault: f.name, stored: map[string]kept{}, busy: map[string]bool{}}
	if s.tls, err = configure(ca, f.name); err != nil {
		return result.Result{}, err
	}
	address, stop, err := s.start()
	if err != nil {
		return result.Result{}, err
	}
	defer stop()
	return receiver.Run(ctx, receiver.Options{URL: "https://localhost:8443", Connect: address, Roots: ca.Pool(),
		Certificate: &own, Only: only, Patience: 20 * time.Second, Slow: time.Second})
}

// configure returns the TLS of a collection point with that fault.
func configure(ca *privateca.CA, fault string) (*tls.Config, error) {
	names, until := []string{"localhost"}, 365*24*time.Hour
	switch fault {
	case "misnamed":
		names = []string{"example.com"}
	case "expired":
		until = -24 * time.Hour
	case "soonexpired":
		until = 3 * 24 * time.Hour
	}
	now := time.Now()
	own, err := ca.IssueFor(now.Add(-30*24*time.Hour), now.Add(until), names...)
	c := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	switch fault {
	case "onlytwelve":
		c.MaxVersion = tls.VersionTLS12
	case "onlythirteen":
		c.MinVersion = tls.VersionTLS13
	case "oldtls":
		c.MinVersion = tls.VersionTLS10
	case "ticketless":
		c.SessionTicketsDisabled = true
	case "asksandrefuses":
		c.ClientAuth = tls.RequestClientCert
	case "longchain":
		own.Certificate = append(own.Certificate, slices.Repeat(own.Certificate, 20)...)
	}
	c.Certificates = []tls.Certificate{own}
	return c, err
}

// Config is the input of [Run].
type Config struct {
	Only  []string // names of faults; all if empty
	Brief bool     // try each fault with the check that is meant for it, and the sound one with all
	Out   io.Writer
}

// row is the result for one fault.
type row struct {
	fault  fault
	failed []string // ids of the checks that failed or broke, with what they say
	took   time.Duration
}

// ids returns the ids of the checks that failed.
func (r row) ids() (ids []string) {
	for _, line := range r.failed {
		id, _, _ := strings.Cut(line, ":")
		ids = append(ids, id)
	}
	return ids
}

// correct reports whether the check failed that is meant for the fault, and no other.
func (r row) correct() bool {
	return strings.Join(r.ids(), " ") == r.fault.check
}

// Run tries all faults and prints a table. The exit status is 0 if every row is right.
func Run(ctx context.Context, c Config) (code int, err error) {
	chosen := faults()
	for _, name := range c.Only {
		if !slices.ContainsFunc(chosen, func(f fault) bool { return f.name == name }) {
			return 0, fmt.Errorf("there is no broken collection point called %s", name)
		}
	}
	if len(c.Only) > 0 {
		chosen = slices.DeleteFunc(chosen, func(f fault) bool { return !slices.Contains(c.Only, f.name) })
	}
	rows, problems := make([]row, len(chosen)), make([]error, len(chosen))
	places := make(chan struct{}, 4+4*runtime.NumCPU())
	var all sync.WaitGroup
	for i, f := range chosen {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			rows[i], problems[i] = c.try(ctx, f)
		})
	}
	all.Wait()
	if err := errors.Join(problems...); err != nil {
		return 0, err
	}
	return c.print(rows), nil
}

func (c Config) try(ctx context.Context, f fault) (row, error) {
	only := f.only
	if c.Brief && f.check != "" {
		only = []string{f.check}
	}
	r, err := attempt(ctx, f, only...)
	if err == nil && r.Interrupted != "" {
		err = errors.New(r.Interrupted)
	}
	if err != nil {
		return row{}, fmt.Errorf("try %s: %w", f.name, err)
	}
	tried := row{fault: f, took: r.Took}
	for _, d := range r.Checks {
		if d.Outcome == result.Fail || d.Outcome == result.Error {
			tried.failed = append(tried.failed, d.ID+": "+d.Says+" "+strings.Join(d.Evidence, "; "))
		}
	}
	return tried, nil
}

func (c Config) print(rows []row) (code int) {
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\tCOLLECTION POINT\tFAULT\tEXPECTED CHECK\tFAILED CHECKS\tTOOK")
	for _, r := range rows {
		word := "ok"
		if !r.correct() {
			word, code = "WRONG", 1
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.1f s\n", word, r.fault.name, r.fault.wrong, or(r.fault.check),
			or(strings.Join(r.ids(), " ")), r.took.Seconds())
	}
	if table.Flush() != nil {
		return 2
	}
	for _, r := range rows {
		for _, line := range r.failed {
			if !r.correct() {
				fmt.Fprintf(c.Out, "WRONG  %s: %s\n", r.fault.name, line)
			}
		}
	}
	fmt.Fprintf(c.Out, "\ncollection points: %d\n", len(rows))
	return code
}

func or(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
