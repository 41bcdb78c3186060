package trial

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"

	"polycom.com/usagedata/core/product"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/test/shelf"
)

// install installs the plugin in a folder below products, under that name: a copy, because some tamper with theirs.
func install(plugin, products, name string) error {
	return lay(plugin, products, name, func(text []byte, path string) error { return os.WriteFile(path, text, 0o755) })
}

// Link installs it without a copy where that is possible, for many that leave it as it is.
func Link(plugin, products, name string) error {
	return lay(plugin, products, name, func(text []byte, path string) error {
		if os.Link(plugin, path) == nil {
			return nil
		}
		return os.WriteFile(path, text, 0o755)
	})
}

func lay(plugin, products, name string, put func(text []byte, path string) error) error {
	text, err := os.ReadFile(plugin)
	if err != nil {
		return err
	}
	folder := filepath.Join(products, name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return errors.Join(
		put(text, filepath.Join(folder, product.PluginName)),
		product.WriteChecksum(folder),
		os.WriteFile(filepath.Join(folder, profile.FileName), shelf.Profile(name), 0o644),
	)
}

const config = `product: %[1]s
products: %[2]s/products
analytics: %[2]s/log/analytics.json
root: %[2]s/root
folders:
  state: %[2]s/state
  log: %[2]s/log
  run: %[3]s
collection_point:
  host: localhost
  port: %[4]s
  ca: %[2]s/ca.pem
`

func (a *appliance) configure() error {
	_, port, err := net.SplitHostPort(a.point.Address())
	if err != nil {
		return err
	}
	text := fmt.Sprintf(config, a.plugin.Name, a.dir, a.run, port)
	return errors.Join(os.WriteFile(a.path("config.yaml"), []byte(text), 0o640),
		os.WriteFile(a.path("ca.pem"), a.point.CA.PEM(), 0o644))
}

func (a *appliance) command(args ...string) *exec.Cmd {
	return exec.Command(a.host, append([]string{"--config", a.path("config.yaml")}, args...)...)
}
