package trial

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
)

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
