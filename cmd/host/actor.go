package main

import (
	"fmt"
	"os"
	"os/user"

	"github.com/spf13/cobra"

	"polycom.com/usagedata/core/admin"
)

// person is the value of --by: the name of the person who decided.
type person string

const byName = "by"

// byFlag adds the flag that every command with a recorded decision has.
func byFlag(c *cobra.Command, by *person, did string) {
	c.Flags().Var(by, byName, "`name` to record as the one who "+did+" (default: the user)")
}

// Set implements pflag.Value.
func (p *person) Set(name string) error {
	if !admin.IsActor(name) {
		return fmt.Errorf("a name is one line of 1 to %d printable bytes, without a blank at its ends", admin.MaxActor)
	}
	*p = person(name)
	return nil
}

// String implements pflag.Value.
func (p *person) String() string { return string(*p) }

// Type implements pflag.Value.
func (*person) Type() string { return "name" }

// actor returns the name given, or else the user behind sudo, or else the user.
func (p *person) actor() string {
	if *p != "" {
		return string(*p)
	}
	if name := os.Getenv("SUDO_USER"); admin.IsActor(name) {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprint("user ", os.Getuid())
}
