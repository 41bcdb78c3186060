package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/collect/config"
	"polycom.com/usagedata/core/commandline"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/usage"
)

// tryCommand prepares a folder and calls receive with the configuration in it.
func tryCommand(std streams) *cobra.Command {
	listen := "127.0.0.1:8443"
	c := &cobra.Command{
		Use:   "try FOLDER",
		Short: "receive on this machine, from nothing",
		Long: "Makes an authority, a certificate for localhost, a configuration and a store in a folder, shows the " +
			"lines for an appliance's configuration, and receives on the loopback interface until it is interrupted. " +
			"If the folder has a configuration, that is used as it is. The certificate is valid for a year, and the " +
			"authority's key is not kept.",
		Args: commandline.OneArgument,
		RunE: func(c *cobra.Command, args []string) error {
			t, err := prepare(args[0], listen)
			if err != nil {
				return err
			}
			if err := t.show(std.out); err != nil {
				return err
			}
			return receiveDocuments(c.Context(), t.path("config.yaml"), std)
		},
	}
	c.Flags().StringVar(&listen, "listen", listen, "`address` to listen on, of this machine only")
	return c
}

// trial is a folder with all that a receiver on this machine needs.
type trial struct {
	folder, listen string
	settings       config.Settings // those in the folder, whose addresses may be others
}

func (t trial) path(name string) string { return filepath.Join(t.folder, name) }

// prepare makes the folder. The configuration is written last, so that a crash leaves a folder that is
// prepared again.
func prepare(folder, listen string) (trial, error) {
	at, err := netip.ParseAddrPort(listen)
	if err != nil || !at.Addr().IsLoopback() {
		return trial{}, usage.WithHint(fmt.Errorf("--listen must be an address of this machine only, not %q", listen),
			"for example 127.0.0.1:8443; /usr/share/doc/usagedata-collect has the guide for a server")
	}
	if folder == "" {
		return trial{}, usage.WithHint(errors.New("the folder has no name"), "for example /tmp/try")
	}
	folder, err = filepath.Abs(folder)
	if err != nil {
		return trial{}, failed(err)
	}
	t := trial{folder: folder, listen: listen}
	if _, err = os.Stat(t.path("config.yaml")); errors.Is(err, fs.ErrNotExist) {
		err = t.fill()
	}
	if err != nil {
		return t, failed(err)
	}
	t.settings, err = config.Load(t.path("config.yaml"))
	return t, err
}

func (t trial) fill() error {
	host, _, _ := net.SplitHostPort(t.listen) // prepare has checked it
	names := []string{"localhost", "127.0.0.1", "::1"}
	if !slices.Contains(names, host) {
		names = append(names, host)
	}
	made, err := issue(names...)
	if err != nil {
		return err
	}
	disk := durable.OS{}
	configuration := fmt.Sprintf("listen: [%q]\ncertificate: %q\nkey: %q\nstore:\n  folder: %q\n  keep_free: 0\n",
		t.listen, t.path("certificate.pem"), t.path("key.pem"), t.path("store"))
	for _, err := range []error{
		os.MkdirAll(t.folder, 0o750),
		durable.MakeFolder(disk, t.path("store"), 0o750),
		durable.WriteFile(disk, t.path("authority.pem"), made.authority, 0o644),
		durable.WriteFile(disk, t.path("certificate.pem"), made.certificate, 0o644),
		durable.WriteFile(disk, t.path("key.pem"), made.key, 0o600),
		durable.WriteFile(disk, t.path("config.yaml"), []byte(configuration), 0o640),
	} {
		if err != nil {
			return fmt.Errorf("prepare %s: %w", t.folder, err)
		}
	}
	return nil
}

// show prints what an appliance needs, by the configuration that is in the folder.
func (t trial) show(out io.Writer) error {
	host, port, _ := net.SplitHostPort(t.settings.Listen[0]) // prepare has checked it
	if host == "127.0.0.1" || host == "::1" {
		host = "localhost"
	}
	_, err := fmt.Fprintf(out, `The configuration is %s, and documents are stored in %s.

For an appliance on this machine, in /etc/usagedata/config.yaml:

collection_point:
  host: %s
  port: %s
  ca: %s

`, t.path("config.yaml"), t.settings.Config.Store.Folder, host, port, t.path("authority.pem"))
	return failed(err)
}
