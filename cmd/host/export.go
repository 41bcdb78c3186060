package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/handover"
	"polycom.com/usagedata/core/usage"
)

func exportCommand(path *string, std streams) *cobra.Command {
	var force, receipt, show bool
	c := &cobra.Command{
		Use:   "export FILE",
		Short: "write the waiting documents to a file, to be carried",
		Long: "Writes the waiting documents to one file, which a person carries to the vendor's collection point. " +
			"It follows the customer's decision; window and limit of bytes do not apply. The journal records the " +
			"export. The documents keep waiting until the collection point's receipt for them comes, and are in the " +
			"next export too; nothing counts twice. FILE must not exist, unless --force is given; `-` is standard " +
			"output. `delivery: file` in the configuration makes documents wait for 45 days.\n\n" +
			"With --receipt it takes the receipt in FILE: it records the documents that wait here as accepted or " +
			"rejected, as after an upload. A receipt may be given again.\n\n" +
			"With --show it prints the documents in FILE, byte for byte.\n\n" +
			"Exit codes: 0 done or nothing waits, 2 wrong usage or configuration, 4 failed, 6 not allowed by the " +
			"customer.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] != "" {
				return nil
			}
			return usage.WithHint(errors.New("export takes one argument, the name of a file"),
				"`usagedata export FILE`, or - for standard output")
		},
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case receipt:
				return takeReceipt(*path, std, args[0])
			case show:
				return showExport(std.out, args[0])
			case args[0] == "-":
				return exportTo(c, *path, std, &toStream{out: std.out}, std.err)
			}
			placed, err := placeAt(args[0], force)
			if err != nil {
				return err
			}
			defer placed.abandon()
			return exportTo(c, *path, std, placed, std.out)
		},
	}
	c.Flags().BoolVar(&force, "force", false, "replace FILE if it exists")
	c.Flags().BoolVar(&receipt, "receipt", false, "take the receipt of the collection point in FILE")
	c.Flags().BoolVar(&show, "show", false, "print the documents of the export in FILE")
	c.MarkFlagsMutuallyExclusive("force", "receipt", "show")
	return c
}

// destination is where an export goes: it is staged first, and appears when it is committed.
type destination interface {
	stage(content []byte) error
	commit() error
}

// toStream is standard output.
type toStream struct {
	out     io.Writer
	content []byte
}

func (s *toStream) stage(content []byte) error { s.content = content; return nil }

// commit writes the export. A file is fsynced, and left empty if it cannot hold the whole.
func (s *toStream) commit() error {
	_, err := s.out.Write(s.content)
	file, is := s.out.(*os.File)
	if !is {
		return err
	}
	if info, statErr := file.Stat(); statErr != nil || !info.Mode().IsRegular() {
		return err
	}
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		_ = file.Truncate(0) // the line at the end of the export is missing in any case
	}
	return explainWrite(err)
}

// exportTo makes the export, and says what is in it.
func exportTo(c *cobra.Command, path string, std streams, to destination, out io.Writer) error {
	if file, is := std.out.(*os.File); is && out == std.err {
		if _, err := unix.IoctlGetTermios(int(file.Fd()), unix.TCGETS); err == nil {
			return usage.WithHint(errors.New("an export is not text for a terminal"),
				"`usagedata export FILE`, or redirect the output")
		}
	}
	s, err := open(path, std)
	if err != nil {
		return err
	}
	exported, err := s.cycle().Export(c.Context(), to.stage, to.commit)
	s.writeMetrics()
	switch {
	case errors.Is(err, cycle.ErrNothingWaits):
		_, err = fmt.Fprintln(out, "nothing to export: no document waits")
		return errors.Join(err, unfit(exported))
	case cycle.NotAllowed(err):
		return exit{usage.WithHint(err, "allow it with `usagedata consent allow`, or in the product under "+
			s.settings.Installed.Profile.Setting.Page), exitNotAllowed}
	case errors.Is(err, context.Canceled):
		return failed(errors.New("export: interrupted; nothing was exported"))
	case errors.Is(err, consent.ErrReplaced):
		return failed(usage.WithHint(fmt.Errorf("export: %w", err), "export again"))
	case err != nil:
		return failed(s.stores.Hinted(err))
	}
	if err := printExported(out, exported); err != nil {
		return failed(err)
	}
	return unfit(exported)
}

// mostRuns bounds the runs of hours that are listed.
const mostRuns = 20

func printExported(out io.Writer, e cycle.Exported) error {
	var shown table
	shown.row("exported", fmt.Sprintf("%s, %d bytes", documents(len(e.Documents)), len(e.File)))
	title := "about"
	runs := cycle.HeldPeriods(e.Documents, time.Local)
	for _, run := range runs[:min(len(runs), mostRuns)] {
		shown.row(title, run)
		title = ""
	}
	if more := len(runs) - mostRuns; more > 0 {
		shown.row("", fmt.Sprintf("and %d more runs of hours", more))
	}
	shown.row("next", "carry the file to the collection point; take its receipt with `usagedata export --receipt FILE`")
	shown.row("", "the documents keep waiting until then; `usagedata export --show FILE` prints them")
	return shown.write(out)
}

func documents(n int) string { return usage.Number(n, "document") }

func unfit(e cycle.Exported) error {
	if e.Unfit == 0 {
		return nil
	}
	return failed(usage.WithHint(fmt.Errorf("%s could not be exported, with an id, a length or an encoding that no "+
		"document has", documents(e.Unfit)),
		"`usagedata unsent` lists what waits"))
}

// showExport prints the documents of an export. It needs no configuration.
func showExport(out io.Writer, path string) error {
	file, err := handover.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	in, err := handover.NewReader(file)
	if err != nil {
		return failed(err)
	}
	var problem error
	for {
		d, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return failed(problem)
		case errors.Is(err, handover.ErrDamaged), errors.Is(err, handover.ErrIncomplete):
			problem = err // the last says most
		case err != nil:
			return failed(err)
		case bytes.ContainsFunc(d.Body, commands):
			problem = fmt.Errorf("%s is no document of an appliance: it has control characters", d.ID)
		default:
			if _, err := out.Write(d.Body); err != nil {
				return failed(err)
			}
		}
	}
}

// commands reports whether a terminal may take a character for a command. JSON has none of them.
func commands(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

// takeReceipt reads the file before the command acts as the service's user, who may not read it.
func takeReceipt(path string, std streams, name string) error {
	file, err := handover.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	receipt, err := handover.ReadReceipt(file)
	if err != nil {
		return failed(err)
	}
	s, err := open(path, std)
	if err != nil {
		return err
	}
	settled, err := s.cycle().TakeReceipt(receipt)
	s.writeMetrics()
	if shown := printSettled(std.out, settled); err == nil {
		err = shown
	}
	return failed(s.stores.Hinted(err))
}

func printSettled(out io.Writer, n cycle.Settled) error {
	var shown table
	shown.row("accepted", documents(n.Accepted))
	for _, line := range []struct {
		count int
		title string
		says  string
	}{
		{n.Rejected, "rejected", "; `usagedata unsent` gives the reasons"},
		{n.Before, "before", ", recorded as accepted before"},
		{n.NotWaiting, "ignored", ", not waiting here"},
		{n.OtherContent, "ignored", ", with other content than what waits here"},
		{n.NotUnderstood, "ignored", ", not understood by this version"},
	} {
		if line.count > 0 {
			shown.row(line.title, documents(line.count)+line.says)
		}
	}
	return shown.write(out)
}
