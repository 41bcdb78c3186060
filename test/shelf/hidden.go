package shelf

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/hashicorp/go-plugin"
	"golang.org/x/sys/unix"
	"google.golang.org/protobuf/proto"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// behindItsBack returns plugins whose fault shows only if one asks again, looks at the bytes, at the
// files that it opens, or at its files.
func behindItsBack() []Plugin {
	return []Plugin{
		breaks("forgetful", "describes itself differently when it is asked again", "describe.repeated",
			describesLater(2)),
		breaks("moody", "describes itself differently at a third of its starts", "describe.stable",
			describing(func(d *pluginpb.DescribeResponse) {
				if drawn%3 == 0 {
					d.PluginVersion = "1.4.3"
				}
			})),
		breaks("diesagain", "ends when it is asked to describe itself again", "describe.repeated", diesAgain()),
		breaks("describestwice", "describes a category twice", "describe.categories",
			describing(func(d *pluginpb.DescribeResponse) {
				d.Categories = append(d.Categories, proto.CloneOf(d.Categories[0]))
			})),
		breaks("describesfieldtwice", "describes a field twice", "describe.fields",
			describing(func(d *pluginpb.DescribeResponse) {
				c := d.Categories[0]
				c.Fields = append(c.Fields, proto.CloneOf(c.Fields[0]))
			})),

		breaks("opensocket", "lets every user write its socket", "handshake.private", func() {
			syscall.Umask(0)
			(&server{}).serve()
		}),
		breaks("groupsocket", "lets its group write its socket", "handshake.private", func() {
			syscall.Umask(0o007)
			(&server{}).serve()
		}),
		breaks("backdoor", "listens on a second socket in its folder", "readonly.listen", within(func(folder string) {
			if l, err := net.Listen("unix", filepath.Join(folder, "b")); err == nil {
				l.Close()
			}
		})),
		breaks("abstract", "listens on an abstract socket", "readonly.listen", within(func(string) {
			_, _ = net.Listen("unix", "@backdoor-of-a-broken-plugin")
		})),
		breaks("scratches", "writes a scratch file in its folder, and removes it", "readonly.files",
			within(func(folder string) {
				path := filepath.Join(folder, "scratch")
				_ = os.WriteFile(path, []byte("x"), 0o600)
				_ = os.Remove(path)
			})),

		breaks("samefield", "sends a field twice, with two values", "collect.single",
			twoValues(encoded(whole(1)))).host(Whole, "").quick(),
		breaks("twochoices", "sends a value as text and as a number", "collect.single",
			twoValues()).host(Whole, "").quick(),

		breaks("endlessusers", "counts as many users as a number can hold", "values.range",
			putting("counts", "users", whole(math.MaxInt64))),
		breaks("inexact", "sends a number that no reader of JSON has exactly", "values.range",
			putting("system", "memory", whole(1<<53+1))),
		breaks("enormous", "sends 1e308 bytes", "values.range", putting("system", "memory", decimal(1e308))),
		breaks("minuszero", "sends minus zero percent", "values.range",
			putting("system", "load", decimal(math.Copysign(0, -1)))),
		breaks("denormal", "sends the smallest number there is", "values.range",
			putting("system", "load", decimal(math.SmallestNonzeroFloat64))),

		breaks("deafened", "ignores SIGTERM", "stop.terminated", func() {
			signal.Ignore(syscall.SIGTERM)
			(&server{}).serve()
		}).host(Whole, ""),

		breaks("waitsidle", "ignores SIGTERM while it is not asked for anything", "stop.terminated", atSignal(false)),
		breaks("finishesfirst", "ignores SIGTERM while it collects", "stop.terminated", atSignal(true)),
		breaks("lingersbusy", "lives on without its host while it collects", "stop.lifeline", lingersBusy()),
		breaks("bursts", "takes 200 MB of memory where a file is garbage", "resources.memory",
			doing(func(o *opened, all []*pluginpb.Category) {
				if reasoned(0, "malformed_answer")(o, all) {
					takeMemory(200 << 20)
				}
			})),
		breaks("deserts", "leaves its process group and lives on without its host", "stop.lifeline", func() {
			_ = syscall.Setpgid(0, syscall.Getpgrp()) // it leads its own group
			if parent, err := syscall.Getpgid(os.Getppid()); err == nil {
				_ = syscall.Setpgid(0, parent)
			}
			(&server{}).serve()
		}),
		breaks("lost", "finds itself by its first argument", "handshake.prompt", func() {
			if !filepath.IsAbs(os.Args[0]) {
				os.Exit(12)
			}
			(&server{}).serve()
		}),
		breaks("tampers", "writes into its own binary", "readonly.files",
			meanwhile(func() { _, _ = os.OpenFile("/proc/self/exe", os.O_RDWR, 0) })).host(Whole, ""),
		breaks("leavesmemory", "makes shared memory that outlives it", "readonly.objects",
			meanwhile(func() { _, _ = unix.SysvShmGet(unix.IPC_PRIVATE, 4096, unix.IPC_CREAT|0o600) })).host(Whole, ""),
		breaks("leavesqueue", "makes a message queue that outlives it", "readonly.objects", meanwhile(leaveQueue)).
			host(Whole, ""),
		breaks("owes", "has the kernel signal its host when a pipe can be read", "readonly.signals", meanwhile(func() {
			if r, w, err := os.Pipe(); err == nil {
				_, _ = unix.FcntlInt(r.Fd(), unix.F_SETOWN, os.Getppid())
				r.Close()
				w.Close()
			}
		})).host(Whole, ""),
		breaks("mapped", "maps a file to write into it", "readonly.files",
			meanwhile(func() { _, _ = os.OpenFile("/dev/shm/broken-plugin", os.O_RDWR, 0) })).host(Whole, ""),
		breaks("datagramhouse", "receives datagrams", "readonly.listen", meanwhile(func() {
			if c, err := net.ListenPacket("udp", "127.0.0.1:0"); err == nil {
				c.Close()
			}
		})).host(Whole, ""),
		breaks("builtby", "names the folder in which it was built as its version", "describe.version",
			describing(func(d *pluginpb.DescribeResponse) { d.PluginVersion = "1.4.2 (/home/mila/build-17)" })).
			host(Whole, ""),

		breaks("neighbor", "connects to another address at the port of its station", "readonly.network",
			doing(func(o *opened, _ []*pluginpb.Category) {
				address, _ := o.station["address"].(string)
				_, port, _ := net.SplitHostPort(address)
				if conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.2", port), time.Second); err == nil {
					conn.Close()
				}
			})).asking(),
		breaks("tunnels", "asks a name server although no source has a name", "readonly.network",
			meanwhile(func() {
				if conn, err := net.Dial("udp", "127.0.0.1:53"); err == nil {
					conn.Close()
				}
			})).asking(),

		breaks("snoops", "looks into the service's folder", "readonly.reads",
			meanwhile(func() { _, _ = os.ReadDir(filepath.Join(appliance(), "state")) })).host(Whole, ""),
		breaks("looksup", "looks up the users of the machine", "readonly.reads",
			meanwhile(func() { _, _ = os.ReadFile("/etc/passwd") })).host(Whole, ""),
		breaks("roundabout", "looks up the users of the machine through the root of its own process", "readonly.reads",
			meanwhile(func() { _, _ = os.ReadFile("/proc/self/root/etc/passwd") })).host(Whole, ""),
		breaks("spies", "reads the environment of its parent", "readonly.reads",
			meanwhile(func() { _, _ = os.ReadFile(fmt.Sprintf("/proc/%d/environ", os.Getppid())) })).host(Whole, ""),

		breaks("stalepage", "is installed with the data dictionary of another profile", "profile.dictionary",
			(&server{}).serve).staled(),
	}
}

// within returns a plugin that does something in its folder while it collects.
func within(do func(folder string)) life {
	return meanwhile(func() { do(os.Getenv(plugin.EnvUnixSocketDir)) })
}

// leaveQueue removes its queue if nobody refused it.
func leaveQueue() {
	name, err := unix.BytePtrFromString("broken-plugin")
	if err != nil {
		return
	}
	_, _, no := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(name)), unix.O_CREAT|unix.O_RDWR, 0o600, 0, 0, 0)
	if no == 0 {
		_, _, _ = unix.Syscall(unix.SYS_MQ_UNLINK, uintptr(unsafe.Pointer(name)), 0, 0)
	}
}

// describesLater returns a plugin that describes itself differently from that call on.
func describesLater(from int32) life {
	var asked atomic.Int32
	return describing(func(d *pluginpb.DescribeResponse) {
		if asked.Add(1) >= from {
			d.Categories = d.Categories[:1]
		}
	})
}

func diesAgain() life {
	var asked atomic.Int32
	return describing(func(*pluginpb.DescribeResponse) {
		if asked.Add(1) > 1 {
			os.Exit(11)
		}
	})
}

// atSignal returns a plugin that exits at SIGTERM only from its description to the end of a collect,
// or only before and after.
func atSignal(idle bool) life {
	var collecting atomic.Bool
	s := &server{describe: func(*pluginpb.DescribeRequest, *pluginpb.DescribeResponse) error {
		collecting.Store(true)
		return nil
	}}
	live := holding(s, func(ctx context.Context) error {
		defer collecting.Store(false)
		return pause(ctx, time.Second)
	}, nil)
	return func() {
		sent := make(chan os.Signal, 1)
		signal.Notify(sent, syscall.SIGTERM)
		go func() {
			for range sent {
				if collecting.Load() != idle {
					os.Exit(0)
				}
			}
		}()
		live()
	}
}

// lingersBusy returns a plugin that looks for its host only between collects.
func lingersBusy() life {
	var collecting sync.Mutex
	s := &server{}
	live := holding(s, func(ctx context.Context) error {
		collecting.Lock()
		defer collecting.Unlock()
		return pause(ctx, 3500*time.Millisecond)
	}, nil)
	return func() {
		go func() {
			_, _ = os.Stdin.Read(make([]byte, 1))
			collecting.Lock()
			os.Exit(0)
		}()
		live()
	}
}

func takeMemory(bytes int) {
	taken := make([]byte, bytes)
	for i := 0; i < len(taken); i += 4096 {
		taken[i] = 1
	}
	runtime.KeepAlive(taken)
}

// twoValues returns a plugin that sends its users once more with each of these values; or, if there
// are none, once, as text and as a number.
func twoValues(more ...[]byte) life {
	return (&server{serving: passingServer, send: func(_ *opened, all []*pluginpb.Category, to stream) error {
		counts := all[1].GetRecord()
		if counts == nil {
			return sendAll(to, all, nil)
		}
		if len(more) == 0 {
			delete(counts.Fields, "users")
			more = [][]byte{append(field(4, []byte("1204")), encoded(whole(1204))...)}
		}
		record := encoded(counts)
		for _, value := range more {
			record = append(record, field(1, append(field(1, []byte("users")), field(2, value)...))...)
		}
		step := field(1, append(field(1, []byte("counts")), field(2, record)...))
		if err := errors.Join(send(to, all[0]), to.SendMsg(rawBytes(step)), send(to, all[2:]...)); err != nil {
			return err
		}
		return end(to, len(all), nil)
	}}).serve
}

func encoded(m proto.Message) []byte {
	text, err := proto.Marshal(m)
	if err != nil {
		panic(err)
	}
	return text
}
