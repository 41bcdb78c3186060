package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/collect/carried"
	"polycom.com/usagedata/core/commandline"
	"polycom.com/usagedata/core/durable"
	"polycom.com/usagedata/core/handover"
	"polycom.com/usagedata/core/usage"
)

func importCommand(path *string, std streams) *cobra.Command {
	var receipt string
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "store the documents of a site without a network",
		Long: "Stores each document of a file that `usagedata export FILE` wrote on an appliance, and writes a " +
			"receipt. Bring the receipt back and give it to `usagedata export --receipt FILE`: the appliance then " +
			"knows that these documents have arrived. The same file can be imported again: each document is stored " +
			"once. The exit code is 5 if a part of the file is damaged; the rest is stored, and is in the receipt.",
		Args: commandline.OneArgument,
		RunE: func(c *cobra.Command, args []string) error {
			return bring(c, *path, args[0], cmp.Or(receipt, args[0]+".receipt"), std)
		},
	}
	c.Flags().StringVar(&receipt, "receipt", "", "the `file` that gets the receipt (default: FILE.receipt)")
	return c
}

func bring(c *cobra.Command, path, file, receipt string, std streams) error {
	r, err := open(c.Context(), path, std)
	if err != nil {
		return err
	}
	in, err := handover.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := checkReceipt(receipt, file); err != nil {
		return usage.WithHint(err, "name another file with --receipt")
	}
	result, err := carried.Import(c.Context(), r.objects, in,
		carried.Options{Terms: r.terms(), Now: time.Now()})
	if err != nil {
		return failed(err)
	}
	text, err := result.Receipt.Encode()
	if err == nil {
		err = durable.WriteFile(durable.OS{}, receipt, text, 0o644)
	}
	if err != nil {
		return failed(usage.WithHint(err, "name another file with --receipt; importing the file again changes nothing"))
	}
	tell(result, receipt, std)
	if len(result.Damaged) > 0 {
		return exit{usage.WithHint(errors.Join(result.Damaged...), usage.HintOf(result.Damaged[0])), exitDamaged}
	}
	return nil
}

// checkReceipt returns an error if the receipt would replace the file that is imported, or a folder.
func checkReceipt(receipt, file string) error {
	there, missing := os.Stat(receipt)
	imported, unknown := os.Stat(file)
	switch {
	case missing != nil || unknown != nil: // told when the file is written or read
		return nil
	case os.SameFile(there, imported):
		return fmt.Errorf("the receipt %s would replace the file that is imported", receipt)
	case !there.Mode().IsRegular():
		return fmt.Errorf("the receipt %s is not a regular file", receipt)
	}
	return nil
}

func tell(result carried.Result, receipt string, std streams) {
	refused := map[handover.Reason]int{}
	for _, d := range result.Receipt.Documents {
		if d.Result != handover.Accepted {
			refused[d.Reason]++
		}
	}
	fmt.Fprintf(std.out, "%s stored, %d already stored\n", usage.Number(result.Stored, "document"), result.Known)
	for _, reason := range []struct {
		is   handover.Reason
		says string
	}{
		{handover.TooOld, "not stored: older than the retention"},
		{handover.BadContent, "not stored: the content is not a document, or does not match the id"},
		{handover.OtherBody, "not stored: an earlier import has another document under the same id"},
	} {
		if n := refused[reason.is]; n > 0 {
			fmt.Fprintf(std.out, "%d %s\n", n, reason.says)
		}
	}
	if result.Later > 0 {
		fmt.Fprintf(std.out, "%d not stored yet, and not in the receipt: this collection point does not accept the "+
			"product, or the appliance's clock is more than a day fast; the appliance keeps them\n", result.Later)
	}
	fmt.Fprintf(std.out,
		"The receipt is %s: bring it to the appliance, and give it to `usagedata export --receipt FILE`.\n", receipt)
}
