package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/yamlfile"
	"polycom.com/usagedata/test/conformance/receiver"
	"polycom.com/usagedata/test/conformance/receiver/broken"
	"polycom.com/usagedata/test/conformance/report"
	"polycom.com/usagedata/test/conformance/result"
)

// receiverOptions is the parsed command line of `conformance receiver`.
type receiverOptions struct {
	receiver.Options
	ca, certificate, key, config, out string
	receivers                         string
	list, selfTest                    bool
}

// runReceiver is `conformance receiver`: the suite for collection points.
func runReceiver(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseReceiver(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return result.Conformant.Exit()
	}
	code := result.Unknown.Exit()
	switch {
	case err != nil:
	case o.list:
		code = listReceiver(stdout)
	case o.selfTest:
		code, err = broken.Run(ctx, broken.Config{Only: o.Only, Out: stdout})
	default:
		code, err = o.run(ctx, stdout)
	}
	if err != nil {
		complain(stderr, err)
		return result.Unknown.Exit()
	}
	return code
}

func parseReceiver(args []string, stderr io.Writer) (o receiverOptions, err error) {
	flags := flag.NewFlagSet("conformance receiver", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.URL, "url", "", "`URL` of the collection point: https://HOST:PORT")
	flags.StringVar(&o.Connect, "connect", "", "`HOST:PORT` to connect to in place of the URL's")
	flags.StringVar(&o.ca, "ca", "", "`file` with the authorities that may vouch for it (default the system's)")
	flags.StringVar(&o.certificate, "certificate", "", "`file` with a certificate to show if it asks for one")
	flags.StringVar(&o.key, "key", "", "`file` with the key of the certificate")
	flags.StringVar(&o.Product, "product", receiver.DefaultProduct, "`id` of the product that the documents are about")
	flags.StringVar(&o.receivers, "receivers", "1", "1, or several that do not know of each other's documents")
	flags.StringVar(&o.config, "config", "", "`file` with waivers: see test/conformance/receiver/README.md")
	flags.StringVar(&o.out, "out", "", "`folder` for report.html, junit.xml and result.json")
	flags.DurationVar(&o.Timeout, "timeout", receiver.DefaultTimeout, "time limit of the whole run")
	flags.DurationVar(&o.Patience, "patience", receiver.DefaultPatience,
		"time within which a silent connection must be ended")
	only := flags.String("run", "",
		"comma-separated `ids` or topics of the checks to run; with -self-test, names of broken collection points")
	skip := flags.String("skip", "", "comma-separated `ids` or topics of the checks to skip")
	flags.BoolVar(&o.list, "list", false, "list the checks")
	flags.BoolVar(&o.selfTest, "self-test", false,
		"test the suite itself on collection points that are broken on purpose, and print the results")
	if err := flags.Parse(args[2:]); errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(stderr)
		flags.Usage()
		return o, err
	} else if err != nil {
		return o, usage.WithHint(usage.PlainFlag(err), "a time limit is a duration such as 5m or 90s; "+
			"`conformance receiver -help` lists the flags")
	}
	o.Only, o.Skip, o.Command, o.Several = words(*only), words(*skip), args, o.receivers == "several"
	empty := ofEmpty(flags)
	switch {
	case empty != nil:
		return o, empty
	case flags.NArg() > 0:
		return o, usage.WithHint(fmt.Errorf("unexpected argument %q", flags.Arg(0)), "conformance receiver -help")
	case o.list || o.selfTest:
		return o, nil
	case o.URL == "":
		return o, usage.WithHint(errors.New("no collection point is given"),
			"conformance receiver -url https://HOST:PORT; conformance receiver -help")
	case o.receivers != "1" && o.receivers != "several":
		return o, usage.WithHint(errors.New("-receivers is neither 1 nor several"),
			"several means that a resend may reach another receiver, which does not know the document")
	case (o.certificate == "") != (o.key == ""):
		return o, usage.WithHint(errors.New("-certificate and -key belong together"), "give both, or none")
	case o.Timeout <= 0 || o.Patience <= 0:
		return o, usage.WithHint(errors.New("a time limit is not above zero"), "give a duration such as 5m or 90s")
	}
	return o, o.read()
}

// mostOfFile is the size limit of a file that is given, in bytes.
const mostOfFile = 1 << 20

// read reads the files that the options name.
func (o *receiverOptions) read() error {
	if o.ca != "" {
		text, _, err := durable.ReadFile(durable.OS{}, o.ca, mostOfFile)
		if err != nil {
			return fmt.Errorf("read the authorities: %w", err)
		}
		if o.Roots = x509.NewCertPool(); !o.Roots.AppendCertsFromPEM(text) {
			return usage.WithHint(fmt.Errorf("read the authorities: %s holds no certificate", o.ca),
				"it holds them as PEM, between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----")
		}
	}
	if o.certificate != "" {
		own, err := tls.LoadX509KeyPair(o.certificate, o.key)
		if err != nil {
			return fmt.Errorf("read the certificate to show: %w", err)
		}
		o.Certificate = &own
	}
	if o.config == "" {
		return nil
	}
	text, _, err := durable.ReadFile(durable.OS{}, o.config, mostOfFile)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	var file struct {
		Waivers []result.Waiver `yaml:"waivers"`
	}
	if _, err := yamlfile.Decode(o.config, text, &file); err != nil {
		return usage.WithHint(err, "the only key is waivers; see test/conformance/receiver/README.md")
	}
	o.Waivers = file.Waivers
	return nil
}

// run runs the suite, with reports as for a plugin.
func (o receiverOptions) run(ctx context.Context, stdout io.Writer) (int, error) {
	test := func(console *report.Console, begin func(result.Result) error) (result.Result, error) {
		o.Progress, o.Begin = console.Done, begin
		return receiver.Run(ctx, o.Options)
	}
	return reported(ctx, stdout, o.out, test, func(result.Result) error { return nil })
}

// listReceiver prints the checks.
func listReceiver(stdout io.Writer) int {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	for _, c := range receiver.All() {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.ID, c.Level, strings.Join(c.Serves, ", "), c.Holds)
	}
	if err := table.Flush(); err != nil {
		return 2
	}
	return 0
}
