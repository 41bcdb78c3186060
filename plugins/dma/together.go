package main

import (
	"context"
	"sync"
	"time"

	"polycom.com/usagedata/core/sdk"
)

// together reads several things at the same time. One that does not answer must not make the category late, so that all
// of them have to be done with some time to spare.
func together(ctx context.Context, reads ...func(context.Context)) {
	ctx, cancel := soon(ctx)
	defer cancel()
	crashes := make(chan any, len(reads))
	var all sync.WaitGroup
	for _, read := range reads {
		all.Go(func() {
			defer func() { crashes <- recover() }()
			read(ctx)
		})
	}
	all.Wait()
	for range reads {
		if crash := <-crashes; crash != nil {
			panic(crash) // here it costs the category; in a goroutine of ours it would cost the plugin
		}
	}
}

// soon is three quarters of the time that the category has.
func soon(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Until(deadline)*3/4)
}

// told is what one source says of something, or why it does not.
type told[T any] struct {
	value T
	err   error
}

func say[T any](value T, err error) told[T] { return told[T]{value, err} }

// number is what was counted, or nil.
func (t told[T]) number(of func(T) *int64) *int64 {
	if t.err != nil {
		return nil
	}
	return of(t.value)
}

// lacking gathers why fields are missing. What can be mended comes first: where nothing is left of a category, the
// first reason is the category's.
type lacking struct{ failed, absent, idle []lack }

type lack struct {
	err    error
	fields []string
}

func (l *lacking) add(err error, fields ...string) {
	if err == nil {
		return
	}
	switch sdk.Explain(err) {
	case sdk.NotConfigured:
		l.idle = append(l.idle, lack{err, fields})
	case sdk.NotOnRelease:
		l.absent = append(l.absent, lack{err, fields})
	default:
		l.failed = append(l.failed, lack{err, fields})
	}
}

// either adds a field that two sources could have told and neither did. Its reason is the one that can be mended.
func (l *lacking) either(field string, first, second error) {
	var both lacking
	both.add(first)
	both.add(second)
	for _, causes := range [][]lack{both.failed, both.absent, both.idle} {
		if len(causes) > 0 {
			l.add(causes[0].err, field)
			return
		}
	}
}

// Err is what a collector returns beside its value.
func (l *lacking) Err() error {
	var all sdk.Lacking
	for _, causes := range [][]lack{l.failed, l.absent, l.idle} {
		for _, cause := range causes {
			all.Add(cause.err, cause.fields...)
		}
	}
	return all.Err()
}
