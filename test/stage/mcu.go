package stage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"polycom.com/usagedata/test/appliance/processes"
)

// These are the names of the stage's MCU, and a secret of its configuration.
const (
	mcuSerial = "8K41907730E2FC"
	mcuDomain = "mcu-isar-toelz-1.klinikum-isarwinkel.example"
	mcuSecret = "kestrel-hollow-88"
)

// mcu creates an MCU's files and faults: real zombies and core files, and a real listener on its
// SIP port, which is otherwise unused on this machine.
func mcu(_ *Stage, folder string) (part, error) {
	cores := filepath.Join(folder, "cores")
	if err := os.Mkdir(cores, 0o755); err != nil {
		return part{}, err
	}
	p, err := processes.Start(processes.Config{
		Zombies: map[string]int{"McuMngr": 4, "SipProxy": 3}, Cores: map[string]int{"ConfParty": 2}, Dir: cores,
		Listen: []processes.Address{{Network: "tcp4", Address: "127.0.0.1:0"}},
	})
	if err != nil {
		return part{}, err
	}
	settings, err := mcuFiles(folder, p.Port(0))
	if err != nil {
		return part{}, errors.Join(err, p.Close())
	}
	sources := map[string]any{"mcu": settings, "core_dumps": map[string]any{"folders": []string{cores}}}
	return part{sources: sources, names: []string{mcuDomain, mcuSecret}, close: p.Close}, nil
}

// mcuFiles writes the product's own files, with the other contents of such files.
func mcuFiles(folder string, sipPort int64) (map[string]any, error) {
	settings := map[string]any{}
	var problems []error
	for name, text := range map[string]string{
		"product_type": "SOFT_MCU_EDGE\n",
		"version_file": "Version: 8.9.0.1283\nBuilt for " + mcuDomain + "\n",
		"serial_file":  mcuSerial + "\n",
		"sip_config": fmt.Sprintf("[sip]\nsip_port = %d\nsip_tls_port = 5061\nsip_domain = %s\nsip_password = %s\n",
			sipPort, mcuDomain, mcuSecret),
	} {
		path := filepath.Join(folder, name)
		settings[name] = path
		problems = append(problems, os.WriteFile(path, []byte(text), 0o644))
	}
	return settings, errors.Join(problems...)
}
