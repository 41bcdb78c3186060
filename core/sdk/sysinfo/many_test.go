package sysinfo_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/sysinfo"
)

// things are the objects that a machine may have thousands of.
var things = map[string]struct {
	files map[string]string // of one object: %d is its number
	lines map[string]string // that one object adds to a file
	read  func(context.Context, sdk.Env) error
	opens int // that one object may cost
}{
	"interfaces": {
		map[string]string{"sys/class/net/e%d/device/vendor": "0x8086\n", "sys/class/net/e%d/speed": "1000\n"},
		nil, hardware, 2,
	},
	"drives": {map[string]string{"sys/block/sd%d/device/vendor": "x\n", "sys/block/sd%d/size": "2048\n"},
		nil, hardware, 5},
	"processes": {map[string]string{"proc/%d/stat": "%d (worker) S 1 1\n"}, nil,
		func(ctx context.Context, env sdk.Env) error {
			_, err := sysinfo.Zombies(ctx, env, []string{"worker"})
			return err
		}, 1},
	"mounts": {nil, map[string]string{"proc/self/mountinfo": mounted, "proc/1/mountinfo": mounted}, resources, 0},
	// each on top of the one before, as a script leaves them if it mounts again without checking
	"mounts at one path": {nil, map[string]string{"proc/self/mountinfo": covered, "proc/1/mountinfo": covered},
		resources, 0},
	"sockets": {nil,
		map[string]string{"proc/net/tcp": "%d: 0100007F:0016 0100007F:%x 06 00000000:00000000 00:00 0 0\n"},
		func(ctx context.Context, env sdk.Env) error {
			_, err := sysinfo.Listening(ctx, env)
			return err
		}, 0},
}

const (
	mounted = "%d 1 0:%d / /mnt/%d rw,relatime - tmpfs tmpfs rw\n"
	covered = "%d %p 8:%d / /data rw,relatime - xfs /dev/sda%d rw\n"
)

func resources(ctx context.Context, env sdk.Env) error {
	_, err := sysinfo.Resources(ctx, env)
	return err
}

func hardware(ctx context.Context, env sdk.Env) error {
	_, err := sysinfo.Hardware(ctx, env)
	return err
}

// with returns the files of a machine that has this many of a thing.
func with(thing string, many int) fstest.MapFS {
	files := fstest.MapFS{"proc/stat": {Data: []byte("cpu 1 1 1 1\n")}}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		files["proc/net/"+table] = &fstest.MapFile{Data: []byte("  sl  local_address\n")}
	}
	for i := range many {
		number := strings.NewReplacer("%d", fmt.Sprint(i+1), "%x", fmt.Sprintf("%04X", i+1), "%p", fmt.Sprint(i))
		for path, text := range things[thing].files {
			files[number.Replace(path)] = &fstest.MapFile{Data: []byte(number.Replace(text))}
		}
		for path, line := range things[thing].lines {
			if files[path] == nil {
				files[path] = &fstest.MapFile{}
			}
			files[path].Data = append(files[path].Data, number.Replace(line)...)
		}
	}
	return files
}

// counting counts the files that are opened or examined, and the bytes that are read from each.
type counting struct {
	fstest.MapFS
	opens int
	bytes map[string]int
}

func (c *counting) Open(name string) (fs.File, error) {
	c.opens++
	file, err := c.MapFS.Open(name)
	if c.MapFS[name] == nil {
		return file, err // a folder
	}
	return counted{file, c, name}, err
}

// counted is a file of [counting].
type counted struct {
	fs.File
	in   *counting
	name string
}

func (c counted) Read(into []byte) (int, error) {
	size, err := c.File.Read(into)
	c.in.bytes[c.name] += size
	return size, err
}

func (c *counting) Stat(name string) (fs.FileInfo, error) {
	c.opens++
	return c.MapFS.Stat(name)
}

// S12, SEND-5: the cost of one more object does not depend on their number. All of them are read: a
// file of each is opened, and one of the tables with a line for each is read to its end.
func TestS12EachCostsFewFiles(t *testing.T) {
	for name, thing := range things {
		opened := func(many int) int {
			root := &counting{MapFS: with(name, many), bytes: map[string]int{}}
			env := sdk.Env{Root: root, Log: slog.New(slog.DiscardHandler)}
			if err := thing.read(t.Context(), env); err != nil {
				t.Logf("%s: %v", name, err) // about files that are not part of the test
			}
			if !root.whole(thing.lines) {
				t.Errorf("%s: got %v bytes read, want a table with all %d", name, root.bytes, many)
			}
			return root.opens
		}
		const many = 200
		if got, few := opened(2*many), opened(many); got > few+thing.opens*many || few < min(thing.opens, 1)*many {
			t.Errorf("%s: %d cost %d files, %d cost %d: want at most %d for each",
				name, many, few, 2*many, got, thing.opens)
		}
	}
}

// whole reports whether one of the files was read to its end, or there are none.
func (c *counting) whole(files map[string]string) bool {
	for path := range files {
		if c.bytes[path] >= len(c.MapFS[path].Data) {
			return true
		}
	}
	return len(files) == 0
}
