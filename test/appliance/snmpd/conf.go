package snmpd

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// modules are the required parts of snmpd. The others would report the machine that the tests run
// on.
const modules = "vacm_conf,usmUser,usmConf,snmpEngine,override,pass"

// write writes the files that snmpd reads: its configuration, and the script that answers for
// objects of type counter64.
func (d *Daemon) write(config Config) error {
	var plain strings.Builder
	var counters []Object
	fmt.Fprintf(&plain, "agentAddress udp:%s\n%s", d.address, d.access())
	for _, o := range slices.Backward(ordered(config.Objects)) { // snmpd reads many objects fastest in this order
		if o.Type == Counter64 {
			counters = append(counters, o)
			continue
		}
		plain.WriteString(o.line())
	}
	script, directives := d.pass(counters)
	if err := os.WriteFile(d.file("pass.sh"), []byte(script), 0o600); err != nil {
		return err
	}
	return os.WriteFile(d.file("agent.conf"), []byte(plain.String()+directives), 0o600)
}

func (d *Daemon) file(name string) string { return filepath.Join(d.folder, name) }

// access returns the access rule: for the community or for the user, never both.
func (d *Daemon) access() string {
	if d.user == "" {
		return fmt.Sprintf("rocommunity %s 127.0.0.1\n", d.community)
	}
	return fmt.Sprintf("createUser %[1]s %s %q %s %q\nrouser %[1]s authpriv\n",
		d.user, authentications[d.authentication], d.passphrases[0], privacies[d.privacy], d.passphrases[1])
}

// pass returns the script and its directives. snmpd runs it with -g OID or -n OID, and it prints
// OID, type and value. For -n, it knows the objects and their parents.
func (d *Daemon) pass(counters []Object) (script, directives string) {
	var cases strings.Builder
	previous := ""
	for _, o := range ordered(counters) {
		if from := o.parent(); !strings.HasPrefix(previous, from+".") {
			directives += fmt.Sprintf("pass .%s /bin/sh %s\n", from, d.file("pass.sh"))
			previous = from
		}
		fmt.Fprintf(&cases, "'-g .%s' | '-n .%s') echo .%[1]s; echo counter64; echo %[3]s ;;\n", o.OID, previous,
			o.Value)
		previous = o.OID
	}
	return "case \"$1 $2\" in\n" + cases.String() + "esac\n", directives
}
