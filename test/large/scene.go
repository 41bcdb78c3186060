package large

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"polycom.com/usagedata/test/stage"
)

// scene is a machine and the products to preview on it.
type scene struct {
	Machine  machine
	Products []string
	Bin      string // the output of `make build`
}

// play turns this process's namespaces into the machine, and writes the cost of each preview.
func (s scene) play(out *json.Encoder) error {
	if err := s.Machine.furnish(); err != nil {
		return err
	}
	var all []figures
	for _, product := range s.Products {
		f, err := s.preview(product)
		if err != nil {
			return fmt.Errorf("%s: %w", product, err)
		}
		f.Product = product
		all = append(all, f)
	}
	return out.Encode(all)
}

func (s scene) preview(product string) (f figures, err error) {
	laid, err := stage.Set(stage.Plan{Dir: filepath.Join(tree, product), Bin: s.Bin, Product: product,
		Blackout: "{before: 0s, after: 0s}", Sources: sources[product]})
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, laid.Close()) }()
	host := laid.Host("preview")
	if err := errors.Join(byService(host), s.Machine.sockets()); err != nil {
		return f, err
	}
	return measure(host)
}

// sources are the sources of which the machine has many. The DMA's are on loopback, and small.
var sources = map[string]string{
	"rmxve": "  core_dumps: {folders: [" + coreFolder + "]}\n",
}

// service is the user `nobody`, as which the host runs. An ordinary user keeps its own id.
const service = 65534

func byService(host *exec.Cmd) error {
	if os.Geteuid() != 0 || !mapped() {
		return nil
	}
	host.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: service, Gid: service}}
	return filepath.WalkDir(tree, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "mounts" || entry.Name() == "products"):
			return fs.SkipDir
		case path == tree || filepath.Dir(path) == coreFolder:
			return nil
		}
		return os.Lchown(path, service, service)
	})
}

// mapped reports whether there are other users in this process's namespace.
func mapped() bool {
	users, err := os.ReadFile("/proc/self/uid_map")
	return err == nil && strings.Contains(string(users), "4294967295")
}
