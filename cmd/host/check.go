package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/doctor"
	"polycom.com/usagedata/core/statelayout"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/upload"
	"polycom.com/usagedata/core/usage"
)

func checkCommand(path *string, std streams) *cobra.Command {
	var asJSON, anyTime bool
	c := &cobra.Command{
		Use:   "check",
		Short: "check each part without sending, and report problems",
		Long: "Checks the configuration, the decision, the plugin's binary and its permissions, and the plugin's " +
			"limits and sandbox. Starts the plugin once to read each category, searches the journal for fields that " +
			"are withheld hour after hour, and connects to the collection point if sending is allowed and half of " +
			"the hour's bytes are left for documents. Each part has one line; `warn` marks a part that works but " +
			"needs attention. The command sends no document, stores no usage data and needs no consent; the start of " +
			"the plugin is not counted. Around the hour, when calls begin, the product is not read, and the other " +
			"parts are checked. The exit code is 4 if a part does not work.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := openToLook(*path, std)
			if err != nil {
				return err
			}
			removeRunFolder, err := s.makeRunFolder()
			if err != nil {
				return failed(err)
			}
			defer removeRunFolder()
			installed := s.installation(*path, std.ignored)
			installed.Reading = func(ctx context.Context) (context.Context, context.CancelFunc, error) {
				return s.reading(ctx, anyTime)
			}
			report := installed.Examine(c.Context(), s.clock.Now())
			if c.Context().Err() != nil { // an interrupted check says nothing about the parts
				return failed(errors.New("check the installation: interrupted"))
			}
			if err := showReport(std.out, report, asJSON); err != nil {
				return err
			}
			return failure(report)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	c.Flags().BoolVar(&anyTime, "now", false, "read the product even around the hour")
	return c
}

// installation returns the installation to examine.
func (s *service) installation(path string, ignored []string) doctor.Installation {
	return doctor.Installation{
		Path: path, Ignored: ignored, Settings: s.settings, Names: s.names, Host: s.host,
		Journal: s.stores.Journal, Sent: s.stores.Sent,
		Gate: s.gate, Slot: s.slot, Undrawn: s.undrawn, Asked: s.cycle().AskedUntil(s.clock.Now()),
		Decision: s.stores.Decision, Clock: s.clock.Problem(), Key: s.key, Shake: s.shake,
		Starts: status.LookAtPlugin(s.stores.Quarantine, s.clock.Now()),
	}
}

func (s *service) key() (anonymize.Key, error) {
	key, err := s.stores.Key.Load()
	return key, s.stores.Hinted(err)
}

// makeRunFolder gives the plugin a temporary run folder while a command looks, if there is none
// that it may use: after the machine has started, and before the first start of the service.
func (s *service) makeRunFolder() (removeRunFolder func(), err error) {
	if unix.Faccessat(unix.AT_FDCWD, s.host.Run, unix.W_OK|unix.X_OK, unix.AT_EACCESS) == nil {
		return func() {}, nil
	}
	folder, err := os.MkdirTemp("", "usagedata-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the plugin's socket: %w", err)
	}
	s.host.Run = folder
	return func() { _ = os.RemoveAll(folder) }, nil
}

// shake performs the handshake. It counts bytes as the service does, and releases those that were
// reserved but not needed.
func (s *service) shake(ctx context.Context) (upload.HandshakeResult, error) {
	err := s.stores.CountBytes(s.settings.Installed.Profile.Limits)
	if errors.Is(err, statelayout.ErrEarlier) {
		err = fmt.Errorf("%w: %w", doctor.ErrNotTried, err)
	}
	if err != nil {
		return upload.HandshakeResult{}, err
	}
	s.gate.Budget = s.stores.Budget
	shaken, err := s.sender.Handshake(ctx)
	if settled := s.stores.Budget.Settle(s.clock.Now()); settled != nil {
		s.log.Warn("return unused bytes to the budget", "error", settled)
	}
	return shaken, err
}

// failure returns the command's error if a part does not work, with the first hint only: one thing
// to do at a time.
func failure(r doctor.Report) error {
	failed := r.Failed()
	if len(failed) == 0 {
		return nil
	}
	err := fmt.Errorf("%d of the parts above do not work", len(failed))
	if len(failed) == 1 {
		err = errors.New("1 of the parts above does not work")
	}
	var hint string
	for _, f := range failed {
		hint = cmp.Or(hint, f.Hint)
	}
	return exit{usage.WithHint(err, hint), exitFailed}
}

func showReport(out io.Writer, r doctor.Report, asJSON bool) error {
	if asJSON {
		return writeJSON(out, r)
	}
	var shown table
	for i, f := range r.Parts {
		name, says := row(f)
		shown.row(word(f.State), name, says)
		// The command does not fail because of a warning, so no hint follows at the end; each file
		// has its own hint.
		hinted := f.State == doctor.Warn || f.State == doctor.Fail && strings.HasPrefix(f.Part, "configuration/")
		if last := i+1 == len(r.Parts) || r.Parts[i+1].Hint != f.Hint; hinted && f.Hint != "" && last {
			shown.row("", "", "hint: "+f.Hint)
		}
	}
	return shown.write(out)
}

func word(s doctor.State) string {
	if s == doctor.Fail {
		return "FAIL"
	}
	return string(s)
}

// row indents a part below the part that it belongs to. A field's name with its category,
// category.field, would make the column too wide, so it begins the text instead.
func row(f doctor.Finding) (name, says string) {
	parts := strings.Split(f.Part, "/")
	name, says = parts[len(parts)-1], f.Says
	switch {
	case strings.Contains(name, ".") && parts[0] == "configuration":
		name, says = "setting", name+": "+says
	case strings.Contains(name, "."):
		name, says = "field", name+": "+says
	}
	return strings.Repeat("  ", len(parts)-1) + name, says
}
