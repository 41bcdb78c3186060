package main

import (
	"context"
	"sync"
	"time"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// lacking is what one source could not tell.
type lacking []lack

type lack struct {
	err    error
	fields []string
}

func (l *lacking) add(err error, fields ...string) {
	if err != nil {
		*l = append(*l, lack{err, fields})
	}
}

// together reads a category from several sources at the same time, or several lists of one. Each field has one source:
// what that can't tell is said to be missing, and costs nothing of what the others tell. A source that does not answer
// must not make the whole category late, so that all of them have to be done with some time to spare.
func together(ctx context.Context, sources ...func(context.Context, *lacking)) error {
	ctx, cancel := soon(ctx)
	defer cancel()
	lacks := make([]lacking, len(sources))
	crashes := make(chan any, len(sources))
	var all sync.WaitGroup
	for i, read := range sources {
		all.Go(func() {
			defer func() { crashes <- recover() }()
			read(ctx, &lacks[i])
		})
	}
	all.Wait()
	for range sources {
		if crash := <-crashes; crash != nil {
			panic(crash) // here it costs the category; in a goroutine of ours it would cost the plugin
		}
	}
	return joined(lacks)
}

// soon is three quarters of the time that the category has.
func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)*3/4)
}

// joined puts failures before what is not configured: where nothing is left of a category, the first gives it its
// reason, and that is to be what can be mended.
func joined(sources []lacking) error {
	var all sdk.Lacking
	for _, configured := range []bool{true, false} {
		for _, lacks := range sources {
			for _, l := range lacks {
				if (sdk.Explain(l.err) != sdk.NotConfigured) == configured {
					all.Add(l.err, l.fields...)
				}
			}
		}
	}
	return all.Err()
}

// into puts what was read into its field. What says nothing is left out, with a reason.
func into[T any](field **T) func(T, error) error {
	return func(read T, err error) error {
		if err == nil {
			read, err = platformapi.Something(read)
		}
		if err == nil {
			*field = &read
		}
		return err
	}
}

// number is into for what was counted. Zero is an answer.
func number(field **int64) func(int64, error) error {
	return func(read int64, err error) error {
		if err == nil {
			*field = &read
		}
		return err
	}
}
