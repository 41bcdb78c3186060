package sdk

import (
	"context"
	"sync"
	"time"
)

// Together reads a category from several sources, or several answers of one source, concurrently,
// and returns the fields that are missing. Each function notes in its own [Lacking] the fields that
// it could not read:
//
//	lacking := sdk.Together(ctx,
//		func(ctx context.Context, lacking *sdk.Lacking) {
//			var err error
//			c.Users, err = readUsers(ctx)
//			lacking.Add(err, "users")
//		},
//		func(ctx context.Context, lacking *sdk.Lacking) { … },
//	)
//	return c, lacking.Err()
//
// A source that does not answer must not make the whole category late, so the functions' context
// ends after three quarters of the category's time. Together waits for all functions. A panic in
// one of them costs the category, as a panic in the collector itself does.
func Together(ctx context.Context, reads ...func(context.Context, *Lacking)) *Lacking {
	ctx, cancel := soon(ctx)
	defer cancel()
	lacks := make([]Lacking, len(reads))
	crashes := make([]any, len(reads))
	var all sync.WaitGroup
	for i, read := range reads {
		all.Go(func() {
			defer func() { crashes[i] = recover() }()
			read(ctx, &lacks[i])
		})
	}
	all.Wait()
	var joined Lacking
	for i := range reads {
		if crashes[i] != nil {
			panic(crashes[i]) // the SDK recovers only the collector's own goroutine
		}
		joined.lacks = append(joined.lacks, lacks[i].lacks...)
	}
	return &joined
}

// soon returns a context that ends after three quarters of the category's remaining time.
func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)*3/4)
}
