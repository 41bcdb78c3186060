// Collectionpoint serves a collection point for tests and the demo, until it is stopped. It is a
// stand-in written for this project, not claimed to be compatible with any real server.
//
// It writes to its folder: ca.pem, address (host:port), and the files of package collectionpoint;
// it reads the file behave in the same folder. When it is ready, it prints "ready" and its URL.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"polycom.com/usagedata/test/collectionpoint"
	"polycom.com/usagedata/test/standin"
)

type options struct {
	config collectionpoint.Config
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(arguments []string, stdout, stderr io.Writer) int {
	parsed := func() (func() (standin.Part, error), error) {
		o, err := parse(arguments, stdout)
		return o.start, err
	}
	return standin.Run("collectionpoint", parsed, stdout, stderr)
}

// parse reads the command line and creates the folder. Help goes to stdout; an error is one line.
func parse(arguments []string, stdout io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("collectionpoint", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.config.Dir, "dir", "",
		"folder for ca.pem, address, received/ and behave (required)")
	flags.StringVar(&o.config.Listen, "listen", "127.0.0.1:0", "address to listen on")
	flags.Func("hosts", "comma-separated names in the certificate (default 127.0.0.1,::1,localhost)", o.setHosts)
	err = flags.Parse(arguments)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "usage: collectionpoint -dir FOLDER [flags]")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return o, err
	case err != nil:
		return o, err
	case o.config.Dir == "":
		return o, errors.New("no folder given: use -dir FOLDER")
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, os.MkdirAll(o.config.Dir, 0o755)
}

func (o *options) setHosts(text string) error {
	o.config.Hosts = strings.Split(text, ",")
	return nil
}

func (o options) start() (standin.Part, error) {
	point, err := collectionpoint.Start(o.config)
	if err != nil {
		return nil, err
	}
	if err := describe(point, o.config.Dir); err != nil {
		return nil, errors.Join(err, point.Close())
	}
	return point, nil
}

// describe writes the files that a client needs. It writes address last, as the sign that all files
// exist.
func describe(p *collectionpoint.Point, dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), p.CA.PEM(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "address"), []byte(p.Address()+"\n"), 0o644)
}
