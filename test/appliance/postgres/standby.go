package postgres

import "fmt"

// Standby starts a hot standby: a second server in recovery that follows this one and admits readers.
func (c *Cluster) Standby() (*Cluster, error) { return c.follow("on") }

// Recovering starts a second server that follows this one and admits nobody.
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
		_ = follower.Close() // what went wrong first is what matters
		return nil, fmt.Errorf("start standby: %w", err)
	}
	return follower, nil
}
