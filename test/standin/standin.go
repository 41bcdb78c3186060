// Package standin is the life of a program that plays a part in tests and the demo: it starts, says that it is ready,
// and ends in order when it is told to, so that nothing is left behind.
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

// Part is what the program plays once it listens.
type Part interface {
	URL() string
	Close() error
}

// Play is a command line that was understood.
type Play struct {
	Start    func() (Part, error)
	EndStdin bool // end when standard input closes, so that it does not outlive who started it
}

// Streams are the program's own.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Run plays until SIGTERM, SIGINT or, if wanted, the end of standard input, and returns the exit code: 0, 1 when it
// could not play, 2 for wrong usage, with one line that says why. parse prints help itself and then returns
// flag.ErrHelp.
func Run(name string, parse func() (Play, error), s Streams) int {
	play, err := parse()
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(s.Err, "%s: %v\n", name, err)
		return 2
	}
	// From here on a signal ends the program in order, also one that comes before it is ready.
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
