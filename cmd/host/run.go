package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/cycle"
	"polycom.com/usagedata/core/environment"
	"polycom.com/usagedata/core/usage"
)

func runCommand(path *string, std streams) *cobra.Command {
	var once bool
	c := &cobra.Command{
		Use:   "run",
		Short: "run the hourly service, until SIGTERM",
		Long: "Runs a cycle in each clock hour at this appliance's own slot, tries again within the hour if a cycle " +
			"fails, and serves the admin socket. With --once it does so for this clock hour only and serves no " +
			"socket: a timer starts it at the slot (`usagedata timer` prints the timer's setting), and nothing runs " +
			"in between.\n\n" +
			"Exit codes with --once: those of `usagedata send`; 0 also if this hour's work was already done.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := openService(*path, std)
			if err != nil {
				return err
			}
			if once {
				return s.serveHour(c.Context())
			}
			return failed(s.serve(c.Context()))
		},
	}
	c.Flags().BoolVar(&once, "once", false, "run for this clock hour only, as a timer does")
	return c
}

// serve runs the resident service.
func (s *service) serve(ctx context.Context) error {
	s.log.Info("service started", "product", s.settings.Product, "version", version, "slot", s.slot)
	defer s.startAdmin(ctx)()
	err := s.hourly().Serve(ctx)
	s.log.Info("service ended")
	return err
}

func (s *service) hourly() cycle.Service {
	alive, watch := systemdNotifier(s.log), s.watchClock()
	watch()
	return cycle.Service{Cycle: s.cycle(), Slot: s.slot, Jitter: rand.N[time.Duration],
		Rest: s.rest, Wake: environment.BoundMemory,
		Alive: func() {
			alive()
			watch()
		}}
}

// rest writes the figures, and then takes as little as it can until the next cycle.
func (s *service) rest() {
	s.writeMetrics()
	leaveGarbage()
	handBack()
}

// watchClock returns a function that logs once when the local clock becomes unknown, and once when
// it is known again.
func (s *service) watchClock() func() {
	before := ""
	return func() {
		problem, now := s.clock.Problem(), ""
		if problem != nil {
			now = problem.Error()
		}
		switch {
		case now == before:
			return
		case problem != nil:
			s.log.Error("nothing is sent: the local clock is not known", "error", problem,
				"hint", usage.HintOf(problem))
		default:
			s.log.Info("the local clock is known again")
		}
		before = now
	}
}

// serveHour runs the service of an appliance without resident processes.
func (s *service) serveHour(ctx context.Context) error {
	result, err := s.hourly().ServeHour(ctx)
	s.writeMetrics()
	s.log.Info("clock hour ended", "outcome", result.Outcome)
	return exitOf(s, result, s.stores.Hinted(err))
}

func timerCommand(path *string, std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "timer",
		Short: "print the timer's setting for `run --once`",
		Long: "Prints a drop-in for usagedata-once.timer that starts `usagedata run --once` at this appliance's own " +
			"slot in each clock hour. The slot is drawn once for an appliance; if you change `slot` in the " +
			"configuration, print the drop-in again.",
		RunE: func(*cobra.Command, []string) error {
			s, err := open(*path, std)
			if err != nil {
				return err
			}
			minute, second := int(s.slot.Minutes()), int(s.slot.Seconds())%60
			_, err = fmt.Fprintf(std.out, "[Timer]\nOnCalendar=\nOnCalendar=*-*-* *:%02d:%02d\n", minute, second)
			return err
		},
	}
}
