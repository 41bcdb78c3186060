// Package standin runs a program that plays a part in tests and the demo: the program starts, reports
// that it is ready, and shuts down cleanly on request, so that nothing is left behind.
package standin

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/signal"
	"syscall"
)

// Part is the part that the program plays while it listens.
type Part interface {
	URL() string
	Close() error
}

// Run starts the part and plays until SIGTERM or SIGINT. It returns the exit status: 0, 1 if it could
// not play, or 2 for wrong usage, with one line that gives the reason. parse prints help itself and
// then returns [flag.ErrHelp].
func Run(name string, parse func() (start func() (Part, error), err error), stdout, stderr io.Writer) int {
	start, err := parse()
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 2
	}
	// From here on a signal shuts the program down cleanly, even before it is ready.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := until(ctx, start, stdout); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 1
	}
	return 0
}

func until(ctx context.Context, start func() (Part, error), stdout io.Writer) error {
	part, err := start()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "ready %s\n", part.URL())
	<-ctx.Done()
	return part.Close()
}
