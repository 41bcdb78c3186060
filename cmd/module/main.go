// Command module writes one version of this module into a folder that any web server, or a file
// system, can offer to the go command as a module proxy. The folder keeps the earlier versions.
//
// The files are those of the last commit, as a go command that clones the repository would take
// them. The checksum of a version depends on them only.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"syscall"

	"polycom.com/usagedata/core/usage"
)

func main() {
	syscall.Umask(0o022) // a web server reads the files as another user
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run executes the command line. Its exit status is 0, or 2 if no version was written.
func run(args []string, out, problems io.Writer) int {
	var r release
	flags := flag.NewFlagSet("module", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&r.Repository, "from", ".", "`folder` of the repository")
	flags.StringVar(&r.Version, "version", "", "`version` to write, as 0.2.0 or v0.2.0")
	flags.StringVar(&r.Tree, "out", "dist/module", "`folder` of the module proxy")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(out)
		flags.Usage()
		return 0
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err != nil {
		err = usage.WithHint(usage.PlainFlag(err), "module -version 0.2.0 -out dist/module")
	} else {
		err = r.write(out)
	}
	if err != nil {
		fmt.Fprintln(problems, "module:", err)
		fmt.Fprintln(problems, "hint:", cmp.Or(usage.HintOf(err), "nothing was published"))
		return 2
	}
	return 0
}
