package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"text/template"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/usage"
)

//go:embed manual/*.mdoc
var manualPages embed.FS

// manualCommand is for those who make packages; the packages hold what it writes, so that the commands and their manual
// are always of one build.
func manualCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "manual FOLDER",
		Short:  "write the manual pages and the shells' completions",
		Hidden: true,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return usage.WithHint(fmt.Errorf("manual takes a folder, got %d arguments", len(args)), "`usagedata manual FOLDER`")
		},
		RunE: func(c *cobra.Command, args []string) error {
			date, err := sourceDate(os.Getenv("SOURCE_DATE_EPOCH"))
			if err != nil {
				return err
			}
			return failed(writeManual(c.Root(), args[0], date))
		},
	}
}

// sourceDate is the version's own date: two builds of one version are the same, whenever they are made.
func sourceDate(seconds string) (time.Time, error) {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, usage.WithHint(errors.New("write the manual: SOURCE_DATE_EPOCH is no number of seconds"),
			"`make manuals` sets it to the date of the version")
	}
	return time.Unix(n, 0).UTC(), nil
}

// writeManual writes into a folder of its own, which is made. A crash leaves some of the files; it is run again then.
func writeManual(root *cobra.Command, folder string, date time.Time) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the manual's folder: %w", err)
	}
	written, err := manualFiles(root, date)
	for name, text := range written {
		err = errors.Join(err, os.WriteFile(filepath.Join(folder, name), text, 0o644))
	}
	return err
}

// manualFiles are the pages and the completions, by the names that packages know them by.
func manualFiles(root *cobra.Command, date time.Time) (map[string][]byte, error) {
	pages, err := template.New("").Funcs(troff).ParseFS(manualPages, "manual/*.mdoc")
	if err != nil {
		return nil, fmt.Errorf("read the manual's templates: %w", err)
	}
	written := map[string]*bytes.Buffer{}
	into := func(name string) *bytes.Buffer {
		written[name] = new(bytes.Buffer)
		return written[name]
	}
	write := func(template, name string, p manPage) {
		p.Date, p.Version = date.Format("January 2, 2006"), version
		err = errors.Join(err, pages.ExecuteTemplate(into(name), template, p))
	}
	write("usagedata.mdoc", "usagedata.1", rootPage(root))
	for _, c := range shown(root) {
		write("command.mdoc", "usagedata-"+c.Name()+".1", commandPage(c))
	}
	err = errors.Join(err, root.GenBashCompletionV2(into("usagedata.bash"), true),
		root.GenZshCompletion(into("_usagedata")),
		root.GenFishCompletion(into("usagedata.fish"), true))
	texts := map[string][]byte{}
	for name, text := range written {
		texts[name] = text.Bytes()
	}
	return texts, err
}
