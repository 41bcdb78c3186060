package shelf

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func besideReading() []Plugin {
	return []Plugin{
		breaks("notes", "writes down what it read", "readonly.files", doing(func(o *opened, _ []*pluginpb.Category) {
			_ = os.WriteFile(filepath.Join(o.root, "notes"), nil, 0o600)
		})).
			host(Whole, ""),
		breaks("dumps", "writes down what it did not understand", "readonly.files",
			doing(func(o *opened, all []*pluginpb.Category) {
				if reasoned(0, "malformed_answer")(o, all) {
					_ = os.WriteFile(filepath.Join(o.root, "dump"), nil, 0o600)
				}
			})),
		breaks("asksshell", "starts a program", "readonly.processes",
			meanwhile(func() { _ = exec.Command("/bin/true").Run() })).
			host(Whole, ""),
		breaks("becomes", "executes a program in its own place", "readonly.processes",
			meanwhile(func() {
				_ = syscall.Exec("/bin/true", nil, nil)
			})).
			host(Whole, ""),
		breaks("phoneshome", "connects to where no source is", "readonly.network", meanwhile(func() {
			if conn, err := net.DialTimeout("tcp", "127.0.0.1:9", time.Second); err == nil {
				conn.Close()
			}
		})).
			host(Whole, ""),
		breaks("openhouse", "listens where anybody can ask it", "readonly.listen", meanwhile(func() {
			if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
				l.Close()
			}
		})).
			host(Whole, ""),
		breaks("peeks", "reads a file that its profile does not declare", "readonly.reads",
			doing(func(_ *opened, all []*pluginpb.Category) {
				if path, err := os.Executable(); err == nil {
					if _, err = os.ReadFile(filepath.Join(filepath.Dir(path), "profile.yaml")); err != nil {
						all[0] = sent(all[0].Name, "not_permitted", nil)
					}
				}
			})),
		breaks("copiesfield", "misses one field where it may not make a file in memory", "host.same",
			boxed(func(all []*pluginpb.Category) {
				delete(all[0].GetRecord().GetFields(), "release")
				all[0].Missing = append(all[0].Missing, &pluginpb.Missing{Field: "release", Reason: "not_permitted"})
			})),
		breaks("copiesvalue", "sends another value where it may not make a file in memory",
			"host.same", boxed(func(all []*pluginpb.Category) { put(all, "counts", "users", whole(7)) })),
		breaks("copiespart", "sends another part of a list where it may not make one", "host.same",
			boxed(func(all []*pluginpb.Category) {
				put(all, "counts", "peers", list(record(fields{"address": text("192.0.2.18")})))
			})),
		breaks("copies", "keeps what it read in a file in memory, which the sandbox refuses", "host.same",
			boxed(func(all []*pluginpb.Category) { all[0] = sent(all[0].Name, "not_permitted", nil) })),
	}
}

// boxed returns a plugin that changes its categories if it cannot make a file in memory, which the
// sandbox refuses and the suite permits.
func boxed(change func([]*pluginpb.Category)) life {
	return doing(func(_ *opened, all []*pluginpb.Category) {
		fd, err := unix.MemfdCreate("copy", unix.MFD_CLOEXEC)
		switch {
		case err == nil:
			_ = unix.Close(fd)
		case all[0].GetRecord() != nil:
			change(all)
		}
	})
}
