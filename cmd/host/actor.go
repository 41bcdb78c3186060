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

// byFlag adds the flag of a command that records an act, such as a decision, with its author.
func byFlag(c *cobra.Command, by *person, act string) {
	c.Flags().Var(by, byName, "`name` to record with the "+act+" (default: the current user)")
}

// Set implements pflag.Value.
func (p *person) Set(name string) error {
	if !admin.IsActor(name) {
		return fmt.Errorf("the name must be one line of printable text, at most %d bytes long, without spaces at its "+
			"ends", admin.MaxActor)
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
