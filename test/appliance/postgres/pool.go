package postgres

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Pool is a real PgBouncer in front of a cluster: the distribution's, with its default settings
// except for its address and its two files. Call Close when it is no longer needed.
type Pool struct {
	Port uint16 // on 127.0.0.1

	dir     string
	process *process
}

// poolSettings returns the settings of Debian's package. If the cluster has TLS, PgBouncer uses the
// cluster's certificate.
func (c *Cluster) poolSettings(port uint16) map[string]string {
	settings := map[string]string{
		"listen_addr": "127.0.0.1", "listen_port": strconv.Itoa(int(port)), "unix_socket_dir": "", "auth_type": "md5",
		"auth_file": c.path("pool/userlist.txt"), "databases": "* = " + c.backendAddress(),
	}
	if c.ca != nil {
		settings["client_tls_sslmode"] = "require"
		settings["client_tls_cert_file"] = c.path("data/server.crt")
		settings["client_tls_key_file"] = c.path("data/server.key")
	}
	return settings
}

// backendAddress returns the address at which PgBouncer finds the cluster.
func (c *Cluster) backendAddress() string { return fmt.Sprintf("host=%s port=%d", c.Socket, c.Port) }

// Pool starts PgBouncer in front of the cluster, with some settings changed; databases is the line
// of that section.
func (c *Cluster) Pool(changes map[string]string) (*Pool, error) {
	program := "/usr/sbin/pgbouncer"
	if _, err := os.Stat(program); err != nil {
		return nil, errors.New("no PgBouncer is installed (Debian package pgbouncer)")
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	p := &Pool{Port: port, dir: c.path("pool")}
	if err := errors.Join(os.Mkdir(p.dir, 0o700), c.chown(p.dir)); err != nil {
		return nil, fmt.Errorf("start pgbouncer: %w", err)
	}
	settings := c.poolSettings(port)
	maps.Copy(settings, changes)
	text := "[databases]\n" + settings["databases"] + "\n[pgbouncer]\n"
	delete(settings, "databases")
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		text += name + " = " + settings[name] + "\n"
	}
	var users strings.Builder
	for _, r := range []role{c.names.reader, c.names.product} {
		fmt.Fprintf(&users, "%q %q\n", r.name, r.password)
	}
	err = errors.Join(c.write("pool/pgbouncer.ini", text), c.write("pool/userlist.txt", users.String()))
	if err == nil {
		cmd := c.command("pgbouncer", filepath.Join(p.dir, "pgbouncer.ini"))
		cmd.Path = program
		p.process, err = launch(cmd, c.path("pool/log"))
	}
	if err == nil {
		err = p.await()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start pgbouncer: %w\n%s", err, p.Log()), p.Close())
	}
	return p, nil
}

// await connects until it succeeds.
func (p *Pool) await() error {
	for until := time.Now().Add(startTimeout); ; {
		conn, err := net.Dial("tcp", p.Address())
		if err == nil {
			return conn.Close()
		}
		select {
		case <-p.process.exited:
			return fmt.Errorf("pgbouncer has exited")
		case <-time.After(5 * time.Millisecond):
			if time.Now().After(until) {
				return err
			}
		}
	}
}

// Address returns the address of the pool.
func (p *Pool) Address() string { return fmt.Sprintf("127.0.0.1:%d", p.Port) }

// Log returns the pool's log.
func (p *Pool) Log() string {
	text, _ := os.ReadFile(filepath.Join(p.dir, "log")) // an unreadable log is empty
	return string(text)
}

// Close stops the pool and removes its files.
func (p *Pool) Close() error {
	if p.process != nil {
		p.process.end()
	}
	return os.RemoveAll(p.dir)
}
