package postgres

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// startTimeout is how long a server may take to start on a busy machine.
const startTimeout = 30 * time.Second

// folder is the prefix of our folders' names, followed by the id of the process that owns them.
const folder = "usagedata-pg-"

// Start creates a cluster and waits until it answers.
func Start(config Config) (*Cluster, error) {
	c, err := start(config)
	if err != nil {
		return nil, fmt.Errorf("start postgresql: %w", err)
	}
	return c, nil
}

func start(config Config) (*Cluster, error) {
	c, err := prepare()
	if err != nil {
		return nil, err
	}
	err = c.create(config)
	if err == nil {
		err = c.serve()
	}
	if err == nil {
		err = c.createContents()
	}
	if err != nil {
		_ = c.Close() // the first error is returned
		return nil, err
	}
	return c, nil
}

// prepare creates the folder. The path of a socket must be short, so the folder is not below the
// test's own.
func prepare() (*Cluster, error) {
	removeStaleFolders()
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	account, err := findAccount()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", folder, os.Getpid()))
	if err != nil {
		return nil, err
	}
	c := &Cluster{programs: programs, account: account, dir: dir, Socket: dir, names: newNames()}
	return c, c.chown(dir)
}

// removeStaleFolders removes the folders of killed processes.
func removeStaleFolders() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), folder+"*")) // the pattern is valid
	for _, dir := range left {
		text, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), folder), "-")
		if pid, err := strconv.Atoi(text); err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
			_ = os.RemoveAll(dir) // if it fails, the next one tries again
		}
	}
}

// create creates the files of an empty cluster.
func (c *Cluster) create(config Config) error {
	if err := c.write("superuser", c.names.superuser.password); err != nil {
		return err
	}
	err := c.run(c.command("initdb", "--pgdata="+c.path("data"), "--username="+c.names.superuser.name, "--pwfile="+
		c.path("superuser"),
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"))
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"data/postgresql.conf": settings(config.CA != nil), "data/pg_hba.conf": c.hbaRules(config.CA != nil),
		"data/pg_ident.conf": c.identMap(),
	} {
		if err := c.write(name, text); err != nil {
			return err
		}
	}
	return c.writeCertificate(config)
}

// serve starts the server on a port that was just free, and tries another if it no longer is.
func (c *Cluster) serve(more ...string) (err error) {
	for range 5 {
		if c.Port, err = freePort(); err != nil {
			return err
		}
		args := append([]string{"-D", c.path("data"), "-k", c.Socket, "-p", strconv.Itoa(int(c.Port))}, more...)
		if c.process, err = launch(c.command("postgres", args...), c.path("log")); err != nil {
			return err
		}
		if err = c.await(); err == nil {
			return nil
		}
		c.process.end()
		if !strings.Contains(c.Log(), "could not bind") && !strings.Contains(c.Log(), "already in use") {
			break
		}
	}
	return fmt.Errorf("%w\n%s", err, c.Log())
}

func freePort() (uint16, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port), nil
}

// await connects until it succeeds.
func (c *Cluster) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		conn, err := c.connect(ctx, c.names.superuser, "postgres")
		if err == nil {
			c.version = conn.PgConn().ParameterStatus("server_version")
			return conn.Close(ctx)
		}
		if refusesAll(err) { // as configured
			return nil
		}
		select {
		case <-c.process.exited:
			return fmt.Errorf("the server has exited")
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Standby starts a hot standby: a second server in recovery that follows this one and admits
// readers.
func (c *Cluster) Standby() (*Cluster, error) { return c.follow("on") }

// Recovering starts a second server that follows this one and admits no one.
func (c *Cluster) Recovering() (*Cluster, error) { return c.follow("off") }

func (c *Cluster) follow(hot string) (*Cluster, error) {
	follower, err := prepare()
	if err != nil {
		return nil, fmt.Errorf("start standby: %w", err)
	}
	follower.names, follower.ca = c.names, c.ca
	backup := follower.command("pg_basebackup", "--pgdata="+follower.path("data"), "--host="+c.Socket,
		fmt.Sprintf("--port=%d", c.Port),
		"--username="+c.names.superuser.name, "--no-password", "--checkpoint=fast", "--wal-method=stream",
		"--write-recovery-conf", "--no-sync")
	backup.Env = append(backup.Env, "PGPASSWORD="+c.names.superuser.password)
	err = follower.run(backup)
	if err == nil {
		err = follower.serve("-c", "hot_standby="+hot)
	}
	if err != nil {
		_ = follower.Close() // the first error is returned
		return nil, fmt.Errorf("start standby: %w", err)
	}
	return follower, nil
}
