package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/consent"
	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/status"
	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/core/window"
)

func previewCommand(path *string, std streams) *cobra.Command {
	var accepting, anyTime bool
	c := &cobra.Command{
		Use:   "preview",
		Short: "print the document that would be sent; sends nothing",
		Long: "Prints the document that would be sent now. It sends nothing, stores nothing and needs no consent: " +
			"without consent, it shows every field that the profile approves. The document's hour is shown on " +
			"standard error. Around the hour, when calls begin, the product is not read, and the exit code is 3.",
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
			accepted, pending := s.accepted(accepting)
			made, err := s.preview(c.Context(), accepted, anyTime)
			if err != nil {
				return err
			}
			if pending > 0 {
				fmt.Fprintf(std.err,
					"usagedata: %s\nhint: `usagedata preview --accepting` shows the document with %s\n",
					status.Unaccepted(pending, s.settings.Installed.Profile.Version), them(pending))
			}
			fmt.Fprintf(std.err, "usagedata: the document is about %s\n", made.Period.DayAndClock(time.Local))
			_, err = std.out.Write(made.Body)
			return err
		},
	}
	c.Flags().BoolVar(&accepting, "accepting", false, "include the fields that are not accepted yet")
	c.Flags().BoolVar(&anyTime, "now", false, "read the product even around the hour")
	return c
}

// preview makes the document, unless it is around the hour and the administrator does not insist.
func (s *service) preview(ctx context.Context, accepted profile.Profile, anyTime bool) (*cycle.Made, error) {
	within, cancel, err := s.reading(ctx, anyTime)
	if err != nil {
		return nil, s.notNow(err)
	}
	defer cancel()
	made, err := s.cycle().Preview(within, accepted)
	switch {
	case err != nil && errors.Is(context.Cause(within), window.ErrClosed):
		return nil, s.notNow(window.ErrClosed)
	case err != nil:
		return nil, exit{usage.WithHint(err, hintFor(err)), exitFailed}
	}
	return made, nil
}

func (s *service) notNow(why error) error {
	hint := "`usagedata check` gives the reason; `--now` reads the product anyway"
	if opens := s.window.Opens(s.clock.Now()); !opens.IsZero() {
		hint = "the window opens at " + opens.Format("15:04:05") + "; `--now` reads the product anyway"
	}
	return exit{usage.WithHint(fmt.Errorf("make the preview: %w", why), hint), exitDeferred}
}

// accepted returns the part of the profile that a preview shows: the accepted fields, or all fields
// while sending is not allowed or if accepting says so, each without the categories that are left
// out; and the number of fields that are not accepted.
func (s *service) accepted(accepting bool) (profile.Profile, int) {
	p := s.settings.Installed.Profile
	d, err := s.stores.Decision.Read()
	if err != nil || d.Choice != consent.Allowed || accepting {
		return p.LeavingOut(d.LeavesOut(p)), 0
	}
	return d.Accepted(p), len(d.Pending(p))
}
