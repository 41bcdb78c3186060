// Command usagedata-collect is the vendor's collection point: it receives the documents of the
// appliances and stores them. README.md of the module describes it.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/collect/config"
	"polycom.com/usagedata/core/commandline"
)

// version of the program, set by the build: -ldflags "-X main.version=1.2.0".
var version = "0.0.0"

// Exit codes. They are public interface: scripts of operators branch on them.
const (
	exitOK      = 0
	exitUsage   = 2 // wrong usage or configuration
	exitFailed  = 4
	exitDamaged = 5 // a part of what was read is damaged
)

// exit is an error with the exit status of the program.
type exit struct {
	error
	code int
}

func (e exit) Unwrap() error { return e.error }

// failed returns an error that is not about usage or configuration.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return exit{err, exitFailed}
}

// streams are the outputs of a command.
type streams struct{ out, err io.Writer }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	code := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// run executes one command line.
func run(ctx context.Context, args []string, std streams) int {
	command := newCommand(std)
	command.SetArgs(args)
	err := command.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	coded := exit{err, exitUsage}
	errors.As(err, &coded)
	hint := ""
	if coded.code == exitUsage { // a usage error always has a hint
		hint = "`man usagedata-collect` describes the commands, and `man usagedata-collect.yaml` the configuration"
	}
	commandline.PrintError(std.err, "usagedata-collect", err, hint)
	return coded.code
}

func newCommand(std streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "usagedata-collect [--config FILE] COMMAND",
		Short: "Receive the usage data of appliances and store it",
		Long: "Receives the documents that appliances send, over HTTPS, and answers each when it is stored: in a " +
			"folder, or in a bucket of an S3-compatible server, which several receivers can share. It never " +
			"stores or logs an appliance's address.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          commandline.NoCommand,
	}
	path := root.PersistentFlags().String("config", config.DefaultPath, "the configuration `file`")
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.SetFlagErrorFunc(commandline.WrongFlag)
	root.SetHelpCommand(commandline.HelpCommand())
	root.CompletionOptions.HiddenDefaultCmd = true
	commands := append([]*cobra.Command{
		receiveCommand(path, std), tryCommand(std), checkCommand(path, std), verifyCommand(path, std),
		showCommand(path, std), importCommand(path, std), expireCommand(path, std), versionCommand(std),
	}, packagers()...)
	for _, c := range commands {
		if c.Args == nil {
			c.Args = commandline.NoArguments
		}
	}
	root.AddCommand(commands...)
	commandline.Guide(root, func(command string) []commandline.Example { return examples[command] })
	return root
}
