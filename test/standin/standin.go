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

// Play is a parsed command line.
type Play struct {
	Start    func() (Part, error)
	EndStdin bool // end when standard input closes, so that the program does not outlive its parent
}

// Streams are the program's standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Run plays until SIGTERM, SIGINT or, if [Play].EndStdin is set, the end of standard input. It returns
// the exit status: 0, 1 if it could not play, or 2 for wrong usage, with one line that gives the
// reason. parse prints help itself and then returns [flag.ErrHelp].
func Run(name string, parse func() (Play, error), s Streams) int {
	play, err := parse()
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(s.Err, "%s: %v\n", name, err)
		return 2
	}
	// From here on a signal shuts the program down cleanly, even before it is ready.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if play.EndStdin {
		go func() {
			_, _ = io.Copy(io.Discard, s.In)
			stop()
		}()
	}
	if err := play.until(ctx, s.Out); err != nil {
		fmt.Fprintf(s.Err, "%s: %v\n", name, err)
		return 1
	}
	return 0
}

func (p Play) until(ctx context.Context, out io.Writer) error {
	part, err := p.Start()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "ready %s\n", part.URL())
	<-ctx.Done()
	return part.Close()
}
