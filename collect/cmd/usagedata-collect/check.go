package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/collect/config"
	"polycom.com/usagedata/core/usage"
)

func checkCommand(path *string, std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "check the configuration, the certificate and the store",
		Long: "Checks the configuration, the certificate with its key, the files that the configuration names, and " +
			"whether the store can be written now. Each part has one line; `warn` marks a part that works but needs " +
			"attention soon. The command opens no listener, so it can run next to the receiver. The exit code is 2 " +
			"if the configuration is wrong, and 4 if a part does not work.",
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := open(c.Context(), *path, std)
			if err != nil && r.Certificate == "" { // the configuration could not be read
				return err
			}
			rows := append(settled(*path, r.Settings, time.Now()), storeRow(r, err))
			return errors.Join(failed(show(std.out, rows)), err)
		},
	}
}

// row is a part and its state.
type row struct{ state, part, says string }

// soon is how long before its end a certificate is marked.
const soon = 21 * 24 * time.Hour

// settled returns the parts that the configuration has settled.
func settled(path string, s config.Settings, now time.Time) []row {
	rows := []row{{"ok", "configuration", path}, certificateRow(s, now)}
	clients := "not asked for"
	if s.ClientPool != nil {
		clients = s.ClientCertificates + ", by the authorities in " + s.ClientAuthorities
	}
	rows = append(rows, row{"ok", "client certificates", clients},
		row{"ok", "listeners", strings.Join(s.Listen, ", ") + "; inner: " + s.Inner})
	if len(s.Balancers) > 0 {
		rows = append(rows, row{"ok", "balancers", strings.Join(s.Balancers, ", ")})
	}
	return rows
}

func certificateRow(s config.Settings, now time.Time) row {
	pair, err := config.ReadCertificate(s.Certificate, s.Key, now)
	if err != nil { // replaced since the configuration was read
		return row{"FAIL", "certificate", usage.PlainLine(err)}
	}
	names := pair.Leaf.DNSNames
	for _, address := range pair.Leaf.IPAddresses {
		names = append(names, address.String())
	}
	state, until := "ok", pair.Leaf.NotAfter
	if until.Sub(now) < soon {
		state = "warn"
	}
	says := fmt.Sprintf("for %s, valid until %s", strings.Join(names, ", "), until.UTC().Format(time.DateOnly))
	if odd := oddChain(pair, now); odd != "" {
		state, says = "warn", says+"; "+odd
	}
	return row{state, "certificate", says}
}

// oddChain says what is wrong with the certificates after the server's, or returns "". That is no error:
// appliances may know another chain.
func oddChain(pair tls.Certificate, now time.Time) string {
	below := pair.Leaf
	for i, der := range pair.Certificate[1:] {
		c, err := x509.ParseCertificate(der)
		switch {
		case err != nil || below.CheckSignatureFrom(c) != nil:
			return fmt.Sprintf("number %d in its file did not issue the one before it", i+2)
		case c.NotAfter.Sub(now) < soon:
			return fmt.Sprintf("number %d in its file is valid until %s", i+2, c.NotAfter.UTC().Format(time.DateOnly))
		}
		below = c
	}
	return ""
}

func storeRow(r receiver, err error) row {
	where := r.Config.Store.Folder
	if where == "" {
		where = r.Config.Store.S3.Bucket + " at " + r.Config.Store.S3.Endpoint
	}
	if err != nil {
		return row{"FAIL", "store", where}
	}
	return row{"ok", "store", where + ", can be written"}
}

func show(out io.Writer, rows []row) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%s\t%s\n", r.state, r.part, r.says)
	}
	return table.Flush()
}
