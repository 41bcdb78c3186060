package broken

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func inItsAppetite() []own {
	return []own{
		breaks("tires", "does not collect for the twentieth time", "resources.repeats", tires),
		breaks("hoards", "keeps 600 KB of each collect", "resources.leak", hoards()),
		breaks("keepsopen", "opens a file in each collect and never closes it", "resources.descriptors", keepsOpen()),
		breaks("keepsthreads", "leaves a thread behind in each collect", "resources.threads",
			doing(func(*opened, []*pluginpb.Category) {
				go func() { runtime.LockOSThread(); select {} }()
			})),
		breaks("computes", "computes for more than a second in one collect", "resources.processor",
			doing(func(o *opened, _ []*pluginpb.Category) {
				if o.asked == 5 {
					compute(1300 * time.Millisecond)
				}
			})),
		breaks("restless", "goes on computing when it has collected", "resources.idle",
			doing(func(o *opened, _ []*pluginpb.Category) {
				if o.asked == restlessFrom {
					go compute(lifetime)
					go compute(lifetime)
				}
			})),
	}
}

// restlessFrom is late among the collects of a self-test, so that it costs little.
const restlessFrom = 36

func tires() {
	(&server{send: func(_ context.Context, o *opened, all []*pluginpb.Category, to stream) error {
		if o.asked == 20 {
			return status.Error(codes.Aborted, "tired")
		}
		return sendAll(to, all, nil)
	}}).serve()
}

func hoards() life {
	var hoard [][]byte
	return doing(func(*opened, []*pluginpb.Category) {
		piece := make([]byte, 600_000)
		for i := 0; i < len(piece); i += 1024 {
			piece[i] = 1
		}
		hoard = append(hoard, piece)
	})
}

func keepsOpen() life {
	var open []*os.File
	return doing(func(*opened, []*pluginpb.Category) {
		if f, err := os.Open(os.DevNull); err == nil {
			open = append(open, f)
		}
	})
}

// compute uses so much processor time, with whatever else the process uses.
func compute(most time.Duration) {
	for until := used() + most; used() < until; {
		for n := range 1 << 16 {
			_ = n * n
		}
	}
}

func used() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		os.Exit(1)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func inItsOutput() []own {
	return []own{
		breaks("prints", "prints on standard output what it does", "logs.stdout", doing(func(*opened, []*pluginpb.Category) {
			fmt.Fprintln(stdout, "collecting")
		})),
		breaks("talks", "logs 300 lines", "logs.few", doing(func(*opened, []*pluginpb.Category) {
			for range 300 {
				say("debug", "still reading")
			}
		})),
		breaks("elaborate", "logs a line of 5,000 characters", "logs.few",
			doing(func(*opened, []*pluginpb.Category) { say("info", strings.Repeat("well ", 1000)) })),
		breaks("alarms", "logs an error where nothing is wrong", "logs.calm",
			doing(func(*opened, []*pluginpb.Category) { say("error", "all is well") })),
	}
}
