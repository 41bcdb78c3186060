package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/collect/shelf"
	"polycom.com/usagedata/core/commandline"
	"polycom.com/usagedata/core/usage"
)

func verifyCommand(path *string, std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "check every segment of the store",
		Long: "Reads every segment and checks every document in it. It prints the name of each damaged segment, with " +
			"the number of documents that can still be read from it. It can run next to receivers. The exit code " +
			"is 5 if there is damage, and 4 if the store cannot be read.",
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := open(c.Context(), *path, std)
			if err != nil {
				return err
			}
			result, err := shelf.Verify(c.Context(), r.objects)
			if err != nil {
				return failed(err)
			}
			for _, d := range result.Damaged {
				fmt.Fprintf(std.out, "damaged  %s  %s readable\n", d.Name, usage.Number(d.Left, "document"))
			}
			fmt.Fprintf(std.out, "%s, %s, %d bytes, %d damaged\n", usage.Number(result.Segments, "segment"),
				usage.Number(result.Documents, "document"), result.Bytes, len(result.Damaged))
			if n := len(result.Damaged); n > 0 {
				return exit{usage.WithHint(fmt.Errorf("damage found in %s of the store", usage.Number(n, "object")),
					"restore the damaged objects from a backup; until then, the readable documents in them are "+
						"still used"), exitDamaged}
			}
			return nil
		},
	}
}

func showCommand(path *string, std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "print one document",
		Long: "Prints the document with this id as it was received. If it was stored several times, it prints the " +
			"copy that counts: the one that was received first, or of several in the same second the one with the " +
			"smallest digest. The number of copies is printed on standard error.",
		Args: commandline.OneArgument,
		RunE: func(c *cobra.Command, args []string) error {
			if _, _, ok := usage.ParseID(args[0]); !ok {
				return usage.WithHint(shelf.ErrID, "an id is such as dma-20260301T1300Z-8w3sz6m0k4q2c7v9x5b1n3j6h8")
			}
			r, err := open(c.Context(), *path, std)
			if err != nil {
				return err
			}
			found, err := shelf.Find(c.Context(), r.objects, args[0])
			if err != nil {
				return failed(err)
			}
			if len(found) == 0 {
				return failed(usage.WithHint(fmt.Errorf("no document %s is stored", args[0]),
					"the key `retention` of the configuration says how many days a document is kept"))
			}
			others := 0
			for _, line := range found[1:] {
				if line.SHA256 != found[0].SHA256 {
					others++
				}
			}
			if len(found) > 1 {
				fmt.Fprintf(std.err, "stored %d times, first at %s; %d with other content\n",
					len(found), found[0].Received.Format(time.RFC3339), others)
			}
			_, err = io.WriteString(std.out, found[0].Document)
			return failed(err)
		},
	}
}

func expireCommand(path *string, std streams) *cobra.Command {
	anyway := false
	c := &cobra.Command{
		Use:   "expire",
		Short: "remove segments that are past their retention",
		Long: "Removes the segments whose hour ended longer ago than the configuration's retention. A receiver does " +
			"so once an hour by itself; this command is for a store that no receiver uses. If no segment is about " +
			"the last three days, the clock may be far ahead: then nothing is removed, and the exit code is 4, " +
			"unless --anyway is given.",
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := open(c.Context(), *path, std)
			if err != nil {
				return err
			}
			remove := shelf.Expire
			if anyway {
				remove = shelf.ExpireAnyway
			}
			removed, err := remove(c.Context(), r.objects, r.terms().Kept, time.Now())
			fmt.Fprintf(std.out, "%s removed\n", usage.Number(removed, "segment"))
			if errors.Is(err, shelf.ErrClock) {
				err = usage.WithHint(err,
					"`date` shows the clock; if it is right, and nothing is received any more, add --anyway")
			}
			return failed(err)
		},
	}
	c.Flags().BoolVar(&anyway, "anyway", false, "also if nothing was received for days")
	return c
}
