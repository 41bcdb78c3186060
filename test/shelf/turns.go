package shelf

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func inItsTurns() []Plugin {
	return []Plugin{
		breaks("bothlose", "breaks the collect off that is under way when another is asked for", "turns.first",
			bothLose()),
		breaks("refusesoddly", "refuses a second collect as if something else were wrong", "turns.second",
			holding(&server{}, moment, func(stream) error {
				return status.Error(codes.FailedPrecondition, "not now")
			})),
		breaks("shares", "answers a second collect with the half of it", "turns.second",
			holding(&server{}, moment, func(to stream) error {
				return sendAll(to, []*pluginpb.Category{sent("system", "timed_out", nil)}, nil)
			})),
		breaks("slow", "takes more than half of its time", "deadline.half",
			holding(&server{}, func(ctx context.Context) error { return pause(ctx, 7*time.Second) }, nil)),
		breaks("jams", "never collects again after a collect that was canceled", "deadline.cancelled", jams()),
	}
}

// holding returns a plugin whose first collect calls first before it reads, so that something can
// happen in between, such as a second collect.
func holding(s *server, first func(context.Context) error, second func(stream) error) life {
	var started atomic.Int32
	var held atomic.Pointer[context.Context]
	s.collect = func(ctx context.Context, _ *pluginpb.CollectRequest, to stream, usual func() error) error {
		if started.Add(1) > 1 {
			if now := held.Load(); second != nil && now != nil && (*now).Err() == nil {
				return second(to)
			}
			return usual()
		}
		held.Store(&ctx)
		err := first(ctx)
		held.Store(nil)
		if err != nil {
			return err
		}
		return usual()
	}
	return s.serve
}

// moment is long enough for something to happen in between.
func moment(ctx context.Context) error { return pause(ctx, 400*time.Millisecond) }

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func bothLose() life {
	other := make(chan struct{}, 1)
	lost := status.Error(codes.Aborted, "two at a time")
	first := func(ctx context.Context) error {
		select {
		case <-other:
			return lost
		case <-time.After(400 * time.Millisecond):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return holding(&server{}, first, func(stream) error { other <- struct{}{}; return lost })
}

func jams() life {
	s := &server{}
	return holding(s, func(ctx context.Context) error {
		err := moment(ctx)
		if err != nil {
			s.mu.Lock() // and it is never unlocked
		}
		return err
	}, nil)
}

func atItsEnd() []Plugin {
	return []Plugin{
		breaks("leavesbadly", "ends with exit code 3 when it is asked to end", "stop.shutdown",
			func() { (&server{}).serve(); os.Exit(3) }).
			host(Whole, ""),
		breaks("absorbed", "does not heed that it is asked to end while it collects", "stop.interrupted", absorbed()),
		breaks("lingers", "lives on when its host is gone", "stop.lifeline", (&server{}).serve),
		breaks("leavessocket", "leaves its socket when it ends", "stop.files", leavesSocket).host(Whole, ""),
		breaks("litters", "leaves a file in its folder", "readonly.files", meanwhile(func() {
			_ = os.WriteFile(filepath.Join(os.Getenv(plugin.EnvUnixSocketDir), "scratch"), nil, 0o600)
		})).
			host(Whole, ""),
	}
}

func leavesSocket() {
	(&server{serving: answering(endPlugin, func(context.Context) (any, error) {
		os.Exit(0)
		return nil, nil
	})}).serve()
}

// absorbed returns a plugin that ignores a request to shut down while it collects.
func absorbed() life {
	var collecting atomic.Bool
	s := &server{serving: answering(endPlugin, func(ctx context.Context) (any, error) {
		if !collecting.Load() {
			return nil, nil
		}
		<-ctx.Done()
		return nil, ctx.Err()
	})}
	return holding(s, func(ctx context.Context) error {
		collecting.Store(true)
		defer collecting.Store(false)
		return moment(ctx)
	}, nil)
}
