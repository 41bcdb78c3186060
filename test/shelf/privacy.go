package shelf

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"polycom.com/usagedata/core/wire/pluginpb"
)

// indiscreet returns plugins that reveal the product's name, most of them only if a name was
// planted.
func indiscreet() []Plugin {
	return []Plugin{
		breaks("nameskept", "sends the host name in an enum", "privacy.values",
			naming(func(name string, all []*pluginpb.Category) {
				put(all, "system", "model", text(name))
			})),
		breaks("nameshidden", "sends the address as a number, in a count", "privacy.values",
			naming(func(_ string, all []*pluginpb.Category) {
				put(all, "counts", "users", whole(10<<24|83<<16|19<<8|201))
			})),
		breaks("namesclear", "sends the host name as a serial number", "privacy.clear",
			naming(func(name string, all []*pluginpb.Category) {
				short, _, _ := strings.Cut(name, ".")
				put(all, "license_information", "serial_number", text(strings.ToUpper(short)))
			})),
		breaks("nameskey", "makes the host name a key", "privacy.words",
			naming(func(name string, all []*pluginpb.Category) {
				put(all, "counts", "by_type", record(fields{name: whole(4)}))
			})),
		breaks("namesfield", "makes the host name a field", "privacy.words",
			naming(func(name string, all []*pluginpb.Category) {
				put(all, "system", name, whole(4))
			})),
		breaks("namesreason", "says in a reason which host was not there", "privacy.words",
			naming(func(name string, all []*pluginpb.Category) {
				*all[0] = pluginpb.Category{Name: "system", Outcome: sent("system", name+" is down", nil).Outcome}
			})),
		breaks("nameslogged", "logs the host name", "privacy.log",
			naming(func(name string, _ []*pluginpb.Category) { say("info", "read "+name) })),
		breaks("nameserror", "ends its stream with an error that holds the host name", "privacy.errors",
			(&server{collect: failNaming}).serve),
		breaks("namesitself", "tells a version that is the host's name", "privacy.description",
			(&server{describe: func(r *pluginpb.DescribeRequest, d *pluginpb.DescribeResponse) error {
				if name := plantedName(r.GetRoot()); name != "" {
					d.PluginVersion = name
				}
				return nil
			}}).serve),
		breaks("tellssecret", "logs the password of its source", "privacy.secrets",
			doing(func(o *opened, _ []*pluginpb.Category) {
				say("info", "login with "+o.password())
			})).asking(),
		breaks("cutssecret", "logs the password of its source except its last characters", "privacy.secrets",
			doing(func(o *opened, _ []*pluginpb.Category) {
				if password := o.password(); len(password) > 3 {
					say("info", "login with "+password[:len(password)-3])
				}
			})).asking(),
		breaks("halvessecret", "logs the last half of a password where nobody is at the configured address",
			"privacy.secrets", doing(func(o *opened, all []*pluginpb.Category) {
				if password := o.password(); reasoned(3, "connection_refused")(o, all) {
					say("warn", "login with …"+password[len(password)/2:])
				}
			})).asking(),
		breaks("unseen", "logs the host name with characters that are not visible", "privacy.log",
			naming(func(name string, _ []*pluginpb.Category) {
				say("info", "read \ufeff"+name[:4]+"\u200b"+name[4:8]+"\x00"+name[8:])
			})),
		breaks("sendssecret", "sends the password of its source as a name to make a pseudonym of", "privacy.secrets",
			doing(func(o *opened, all []*pluginpb.Category) {
				put(all, "counts", "peers", list(record(fields{"contact": text(o.password())})))
			})).asking(),
		breaks("knowsname", "sends the name of its host as a license", "privacy.known",
			doing(func(o *opened, all []*pluginpb.Category) {
				if name := hostName(o.root); name == HostName {
					put(all, "license_information", "features", list(text("LICENSE_"+name)))
				}
			})),
		breaks("logsname", "logs the name of its host", "privacy.known", doing(func(o *opened, _ []*pluginpb.Category) {
			if name := hostName(o.root); name == HostName {
				say("info", "read "+name)
			}
		})),
		breaks("looksbeside", "logs a number of the machine beside its root", "privacy.machine",
			meanwhile(func() {
				id, _ := readFile("/proc/sys/kernel/random/boot_id")
				say("info", "start "+strings.TrimSpace(string(id)))
			})),
		breaks("twofaced", "sends an address as a count, too", "privacy.gate",
			doing(func(_ *opened, all []*pluginpb.Category) {
				put(all, "counts", "users", whole(10<<24|2<<16|1<<8|5))
				put(all, "counts", "peers", list(record(fields{"address": text("10.2.1.5")})))
			})).
			host(Whole, "").shows("1 withheld"),
	}
}

func hostName(root string) string {
	name, _ := readFile(filepath.Join(root, "etc/hostname"))
	return strings.TrimSpace(string(name))
}

// plantedName returns the host name if one was planted, and otherwise nothing.
func plantedName(root string) string {
	if name := hostName(root); name == "kranich-4711.muehlental.example" {
		return name
	}
	return ""
}

func naming(tell func(name string, all []*pluginpb.Category)) life {
	return doing(func(o *opened, all []*pluginpb.Category) {
		if name := plantedName(o.root); name != "" {
			tell(name, all)
		}
	})
}

func failNaming(_ context.Context, _ *pluginpb.CollectRequest, _ stream, usual func() error) error {
	if name := os.Getenv("HOSTNAME"); strings.HasPrefix(name, "kranich") {
		return status.Error(codes.Internal, "nobody is at "+name)
	}
	return usual()
}

func (o *opened) password() string {
	path, _ := o.station["password"].(string)
	text, _ := readFile(path)
	line := strings.TrimSpace(string(text))
	return line[strings.Index(line, ":")+1:]
}
