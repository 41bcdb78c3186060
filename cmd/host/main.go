// Command usagedata sends a product's usage data to its vendor: once an hour, anonymized, within a
// window and a budget, and only with the customer's consent. README.md in this folder describes it.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"polycom.com/usagedata/core/clock"
	"polycom.com/usagedata/core/commandline"
	"polycom.com/usagedata/core/config"
	"polycom.com/usagedata/core/confine"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/environment"
	"polycom.com/usagedata/core/usage"
)

// version of the host, set by the build: -ldflags "-X main.version=1.2.0".
var version = "0.0.0"

// Exit codes. They are public interface: scripts of packagers and products branch on them.
const (
	exitOK         = 0 // accepted, or done
	exitUsage      = 2 // wrong usage or configuration
	exitDeferred   = 3
	exitFailed     = 4
	exitRejected   = 5
	exitNotAllowed = 6
)

// exit is an error with the exit status of the program.
type exit struct {
	error
	code int
}

func (e exit) Unwrap() error { return e.error }

func failed(err error) error {
	if err == nil {
		return nil
	}
	return exit{err, exitFailed}
}

// unwritten returns a failure of the records in the service's folders.
func unwritten(err error) error {
	if errors.Is(err, durable.ErrHeld) {
		return failed(usage.WithHint(err, cmp.Or(usage.HintOf(err),
			"`fuser -v FILE` names the process that holds the lock; stop it if it hangs, and try again")))
	}
	return failed(usage.WithHint(err, cmp.Or(usage.HintOf(err),
		"check that the disk is not full, and that the service's user may write to its folders")))
}

// streams are the input and output of a command.
type streams struct {
	in       io.Reader
	out, err io.Writer
	ignored  []string // environment variables that other programs honor, and that have no effect here
	verbose  *bool    // whether a command shows the log; nil means no
	notes    *notes   // of the log, printed when the command ends; nil means no notes are kept
}

func main() {
	ignored := environment.Clean() // before anything reads a variable
	if err := confine.HideMemory(); err != nil {
		fmt.Fprintln(os.Stderr, "usagedata:", err) // not a reason to refuse a denial
	}
	if os.Args[0] == placing && len(os.Args) == 3 {
		os.Exit(place(os.Args[1], os.Args[2] == "true", os.Stdin, os.Stdout))
	}
	time.Local = clock.Local().Now().Location() // Go takes a zone that it does not understand for UTC
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	code := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, ignored: ignored})
	stop()
	os.Exit(code)
}

// run executes one command line.
func run(ctx context.Context, args []string, std streams) int {
	std.notes = &notes{}
	command := newCommand(std)
	command.SetArgs(args)
	err := command.ExecuteContext(ctx)
	std.notes.print(std.err, err)
	if err == nil {
		return exitOK
	}
	if errors.Is(err, durable.ErrHeld) {
		err = unwritten(err)
	}
	coded := exit{err, exitUsage}
	errors.As(err, &coded)
	if coded.error != nil { // otherwise the command has said it
		printError(std.err, err, coded.code)
	}
	return coded.code
}

func newCommand(std streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "usagedata [--config FILE] COMMAND",
		Short: "Automatically send usage data of this appliance's product",
		Long: "Once an hour, reads the usage data that the product's profile lists, makes values that identify the " +
			"customer anonymous, and sends the document over TLS to the vendor's collection point: only while an " +
			"administrator allows it, never from five minutes before to five minutes after the local clock hour, and " +
			"less than 100,000 bytes an hour. The choice affects no feature of the product.",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	path := root.PersistentFlags().String("config", config.DefaultPath, "the configuration `file`")
	std.verbose = root.PersistentFlags().Bool("verbose", false, "also show the log on standard error")
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.SetFlagErrorFunc(wrongFlag)
	root.SetHelpCommand(commandline.HelpCommand())
	root.RunE = commandline.NoCommand
	root.Args = cobra.ArbitraryArgs
	root.CompletionOptions.HiddenDefaultCmd = true
	commands := []*cobra.Command{
		runCommand(path, std), apiCommand(path, std), sendCommand(path, std), previewCommand(path, std),
		sentCommand(path, std),
		consentCommand(path, std), labCommand(path, std),
		eulaCommand(path, std), identityCommand(path, std),
		statusCommand(path, std), pluginCommand(path, std), productsCommand(path, std), checkCommand(path, std),
		dictionaryCommand(path, std), schemaCommand(path, std), webCommand(path, std), logsCommand(path, std),
		timerCommand(path, std), versionCommand(std), unsentCommand(path, std), exportCommand(path, std),
	}
	commands = append(commands, packagers()...)
	for _, c := range commands {
		if c.Args == nil {
			c.Args = commandline.NoArguments
		}
	}
	root.AddCommand(commands...)
	guide(root)
	setCompletions(root)
	return root
}

// printError prints an error; a usage error always has a hint.
func printError(to io.Writer, err error, code int) {
	hint := ""
	if code == exitUsage {
		hint = "`man usagedata` describes the commands and the configuration"
	}
	commandline.PrintError(to, "usagedata", err, hint)
}

// wrongFlag returns pflag's message in plain words. For a name, pflag shows the given value.
func wrongFlag(c *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) && value.GetFlag().Name == byName {
		return usage.WithHint(fmt.Errorf("--%s: %w", byName, value.Unwrap()), commandline.FlagHint(c))
	}
	return commandline.WrongFlag(c, err)
}
