package pluginhost

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/core/wire/pluginpb"
)

// The test binary is also every plugin of these tests: installed in a folder, it behaves as the folder's name says. So
// the plugins are real processes behind a real handshake.
func TestMain(m *testing.M) {
	if dir := os.Getenv(hostOf); dir != "" {
		beHost(dir)
	}
	if len(os.Args) == 2 && os.Args[1] == leftBehind {
		time.Sleep(time.Hour) // a plugin's child; it ends with the plugin
	}
	if os.Getenv(wire.Handshake.MagicCookieKey) == "" {
		os.Exit(m.Run())
	}
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	behave(filepath.Base(filepath.Dir(path)))
}

// leftBehind is the argument by which the child of a plugin is known.
const leftBehind = "left-behind"

// stderr is the real one: go-plugin replaces os.Stderr when it serves.
var stderr = os.Stderr

// behave is a plugin's whole life.
func behave(mode string) {
	switch mode {
	case "exits":
		os.Exit(3)
	case "silent":
		time.Sleep(time.Hour) // a process that never speaks; the host ends it
	case "babbles":
		fmt.Println("core-01.corp.example.com says hello")
		time.Sleep(time.Hour)
	case "elsewhere":
		fmt.Println("1|1|tcp|127.0.0.1:1|grpc|")
		time.Sleep(time.Hour)
	case "floodsout":
		fmt.Print(strings.Repeat("x", 1<<20))
		time.Sleep(time.Hour)
	case "stopped":
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  wire.Handshake,
		VersionedPlugins: wire.Plugins(&careless{mode: mode}),
		GRPCServer:       plugin.DefaultGRPCServer,
	})
}

// careless is a plugin that does wrong what its mode says.
type careless struct {
	pluginpb.UnimplementedPluginServer
	mode     string
	reminded []byte
}

func (c *careless) Describe(_ context.Context, req *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	c.reminded = req.GetMemory()
	switch c.mode {
	case "leftbehind":
		child := exec.Command("/proc/self/exe", leftBehind)
		child.Stderr = stderr
		if err := child.Start(); err != nil {
			return nil, err
		}
	case "floodserr":
		line := strings.Repeat("x", 200) + "\n"
		for range 20_000 {
			fmt.Fprint(stderr, line)
		}
	case "logs":
		fmt.Fprintln(stderr, `{"@message":1}`)
		fmt.Fprintln(stderr, `{"@level":"warn","@message":"lost core-01.corp.example.com","peer":"10.1.2.3"}`)
		fmt.Fprintln(stderr, "plain words")
	case "otherproduct":
		return &pluginpb.DescribeResponse{Product: "other"}, nil
	case "descriptors":
		return &pluginpb.DescribeResponse{Product: c.mode, PluginVersion: inherited()}, nil
	case "environment":
		return &pluginpb.DescribeResponse{Product: c.mode, PluginVersion: strings.Join(os.Environ(), "\n")}, nil
	}
	return &pluginpb.DescribeResponse{Product: c.mode, PluginVersion: "1.2.3", ProfileVersion: 1}, nil
}

// leaving is how long what was sent is given to leave this process, which may be busy.
const leaving = 2 * time.Second

type stream = grpc.ServerStreamingServer[pluginpb.CollectResponse]

func (c *careless) Collect(_ *pluginpb.CollectRequest, s stream) error {
	send(s, "first")
	switch c.mode {
	case "dies":
		time.Sleep(leaving) // so that the first category is out
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "hangs":
		time.Sleep(time.Hour)
	case "eats":
		time.Sleep(leaving) // so that the first category is out
		eat()
	case "twice":
		send(s, "first")
	case "undeclared":
		send(s, "third")
	case "torn":
		send(s, "second")
		return nil
	case "miscounts":
		return end(s, 7)
	case "goeson":
		_ = end(s, 1)
		send(s, "second")
		return nil
	case "empty":
		return s.Send(&pluginpb.CollectResponse{})
	case "huge":
		return s.Send(category("second", strings.Repeat("x", 2<<20)))
	case "fails":
		return fmt.Errorf("core-01.corp.example.com refused")
	case "short":
		return end(s, 1)
	}
	send(s, "second")
	return c.remember(s)
}

// eat fills a gigabyte, page by page, as far as it is let.
func eat() {
	eaten := make([]byte, 1<<30)
	for i := 0; i < len(eaten); i += 4096 {
		eaten[i] = 1
	}
	time.Sleep(time.Minute)
}

func send(s stream, name string) { _ = s.Send(category(name, "core-01.corp.example.com")) }

func category(name, text string) *pluginpb.CollectResponse {
	value := &pluginpb.Value{Is: &pluginpb.Value_Text{Text: text}}
	return &pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_Category{Category: &pluginpb.Category{
		Name:    name,
		Outcome: &pluginpb.Category_Record{Record: &pluginpb.Record{Fields: map[string]*pluginpb.Value{"host": value}}},
	}}}
}

func end(s stream, categories int32) error { return endWith(s, categories, nil) }

func endWith(s stream, categories int32, memory []byte) error {
	end := &pluginpb.End{Categories: categories, Memory: memory}
	return s.Send(&pluginpb.CollectResponse{Step: &pluginpb.CollectResponse_End{End: end}})
}

// remember ends with what the mode says about memory.
func (c *careless) remember(s stream) error {
	switch c.mode {
	case "remembers": // what it was reminded of, and one more
		return endWith(s, 2, append(c.reminded, noise...))
	case "remembersmost":
		return endWith(s, 2, make([]byte, wire.MaxMemory))
	case "toomuch":
		return endWith(s, 2, make([]byte, wire.MaxMemory+1))
	case "farmore":
		return endWith(s, 2, make([]byte, 1<<20))
	case "tornmemory":
		_ = endWith(s, 1, noise)
	case "twoends":
		_ = endWith(s, 2, noise)
		return endWith(s, 2, noise)
	}
	return end(s, 2)
}

// noise is no text, no gzip and no message.
var noise = []byte("\xff\x00core-01\n\x1f\x8b")
