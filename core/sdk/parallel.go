package sdk

import (
	"context"
	"sync"
	"time"

	"polycom.com/usagedata/core/sdk/internal/serve"
)

// Parallel reads a category from several sources, or several answers of one source, concurrently,
// and returns the fields that are missing. Each function notes in its own [Missing] the fields that
// it could not read:
//
//	missing := sdk.Parallel(ctx,
//		func(ctx context.Context, missing *sdk.Missing) {
//			var err error
//			c.Users, err = readUsers(ctx)
//			missing.Add(err, "users")
//		},
//		func(ctx context.Context, missing *sdk.Missing) { … },
//	)
//	return c, missing.Err()
//
// A source that does not answer must not make the whole category late, so the functions' context
// ends after three quarters of the category's time. Parallel waits for all functions. A panic in
// one of them costs the category, as a panic in the collector itself does.
func Parallel(ctx context.Context, reads ...func(context.Context, *Missing)) *Missing {
	ctx, cancel := shortened(ctx)
	defer cancel()
	missing := make([]Missing, len(reads))
	crashes := make([]*serve.Crash, len(reads))
	var all sync.WaitGroup
	for i, read := range reads {
		all.Go(func() {
			defer func() { crashes[i] = serve.Recovered(recover()) }()
			read(ctx, &missing[i])
		})
	}
	all.Wait()
	var joined Missing
	for i := range reads {
		if crashes[i] != nil {
			panic(crashes[i]) // the SDK recovers only the collector's own goroutine
		}
		joined.failures = append(joined.failures, missing[i].failures...)
	}
	return &joined
}

// shortened returns a context that ends after three quarters of the category's remaining time.
func shortened(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)*3/4)
}
