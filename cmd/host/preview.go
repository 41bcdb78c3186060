package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
)

func previewCommand(path *string, std streams) *cobra.Command {
	var accepting bool
	c := &cobra.Command{
		Use:   "preview",
		Short: "print the document that would be sent; sends nothing",
		Long: "Prints the document that would be sent now. Sends nothing, keeps nothing, needs no consent: before it " +
			"is given, all that the profile approves is shown. The hour that it is about is shown on standard " +
			"error.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := open(*path, std.err)
			if err != nil {
				return err
			}
			accepted, pending := s.settings.Installed.Profile, 0
			if !accepting {
				accepted, pending = s.accepted()
			}
			made, err := s.cycle().Preview(c.Context(), accepted)
			if err != nil {
				return exit{usage.WithHint(err, hintFor(err)), exitFailed}
			}
			if pending > 0 {
				fmt.Fprintf(std.err, "usagedata: %s\nhint: `usagedata preview --accepting` shows the document with them\n",
					status.Unaccepted(pending, s.settings.Installed.Profile.Version))
			}
			fmt.Fprintf(std.err, "usagedata: the document is about %s\n", made.Period.DayAndClock(time.Local))
			_, err = std.out.Write(made.Body)
			return err
		},
	}
	c.Flags().BoolVar(&accepting, "accepting", false, "with the fields that are not accepted yet, as if they were")
	return c
}

// accepted is what of the profile is shown as what would be sent: what is accepted, or all of it while sending is not
// allowed; and how many fields are not accepted.
func (s *service) accepted() (profile.Profile, int) {
	p := s.settings.Installed.Profile
	d, err := s.stores.Decision.Read()
	if err != nil || d.Choice != consent.Allowed {
		return p, 0
	}
	return d.Accepted(p), len(d.Pending(p))
}
