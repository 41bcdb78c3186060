package sdk

import (
	"context"
	"sync"
	"time"
)

// Together reads a category from several sources, or several answers of one source, at the same
// time, and returns what they lack. Each function notes in its own [Lacking] what it could not
// read:
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
// A source that does not answer must not make the whole category late: the functions' context ends
// when three quarters of the category's time have passed. Together waits for all of them. A panic
// in one of them costs the category, as it does in the collector itself.
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
			panic(crashes[i]) // the SDK recovers the collector's goroutine, not those that we started
		}
		joined.lacks = append(joined.lacks, lacks[i].lacks...)
	}
	return &joined
}

// soon ends when three quarters of the time that the category has are over.
func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)*3/4)
}
