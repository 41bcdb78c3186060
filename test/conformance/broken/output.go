package broken

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-plugin"

	"polycom.com/usagedata/core/wire/pluginpb"
)

func inItsOutput() []own {
	return []own{
		breaks("prints", "prints on standard output what it does", "logs.stdout", doing(func(*opened, []*pluginpb.Category) {
			fmt.Fprintln(stdout, "collecting")
		})),
		breaks("talks", "logs 300 lines", "logs.few", doing(func(*opened, []*pluginpb.Category) {
			for range 300 {
				say("debug", "still reading")
			}
		})),
		breaks("elaborate", "logs a line of 5,000 characters", "logs.few",
			doing(func(*opened, []*pluginpb.Category) { say("info", strings.Repeat("well ", 1000)) })),
		breaks("alarms", "logs an error where nothing is wrong", "logs.calm",
			doing(func(*opened, []*pluginpb.Category) { say("error", "all is well") })),
	}
}

func atItsEnd() []own {
	return []own{
		breaks("leavesbadly", "ends with exit code 3 when it is asked to end", "stop.shutdown",
			func() { (&server{}).serve(); os.Exit(3) }),
		breaks("absorbed", "does not heed that it is asked to end while it collects", "stop.interrupted", absorbed()),
		breaks("lingers", "lives on when its host is gone", "stop.lifeline", (&server{lingers: true}).serve),
		breaks("litters", "leaves a file in its folder", "stop.files", doing(func(*opened, []*pluginpb.Category) {
			_ = os.WriteFile(filepath.Join(os.Getenv(plugin.EnvUnixSocketDir), "scratch"), nil, 0o600)
		})),
	}
}
