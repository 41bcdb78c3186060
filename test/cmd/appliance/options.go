package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"polycom.com/usagedata/test/appliance/platformapi"
)

type options struct {
	dir    string
	config platformapi.Config
}

// parse reads the command line and creates the folder. Help goes to stdout; an error is one line.
func parse(arguments []string, stdout io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("appliance", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.dir, "dir", "", "folder to write ca.pem, url, credentials and identifiers.txt to (required)")
	flags.StringVar(&o.config.Listen, "listen", "127.0.0.1:0", "address to listen on")
	flags.Func("release", "release to imitate, 10.0 or 6.3 (default 10.0)", o.setRelease)
	flags.Func("names", "spelling of JSON members, camel or kebab (default camel)", o.setNames)
	flags.Func("hosts", "comma-separated names in the certificate (default 127.0.0.1,::1,localhost)", o.setHosts)
	err = flags.Parse(arguments)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "usage: appliance -dir FOLDER [flags]")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return o, err
	case err != nil:
		return o, err
	case o.dir == "":
		return o, errors.New("no folder given: use -dir FOLDER")
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, os.MkdirAll(o.dir, 0o755)
}

func (o *options) setRelease(text string) error {
	o.config.Release = platformapi.Release(text)
	if o.config.Release != platformapi.Newest && o.config.Release != platformapi.Older {
		return fmt.Errorf("must be %s or %s", platformapi.Newest, platformapi.Older)
	}
	return nil
}

func (o *options) setNames(text string) error {
	switch text {
	case "camel":
		o.config.Names = platformapi.CamelCase
	case "kebab":
		o.config.Names = platformapi.KebabCase
	default:
		return errors.New("must be camel or kebab")
	}
	return nil
}

func (o *options) setHosts(text string) error {
	o.config.Hosts = strings.Split(text, ",")
	return nil
}
