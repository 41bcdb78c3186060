package stage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"polycom.com/usagedata/test/appliance/processes"
)

// The MCU of the stage: what it is called, and a secret of its configuration.
const (
	mcuSerial = "8K41907730E2FC"
	mcuDomain = "mcu-isar-toelz-1.klinikum-isarwinkel.example"
	mcuSecret = "kestrel-hollow-88"
)

// mcu is what an MCU has on its disk and what goes wrong on it: real zombies and core files, and a real listener on its
// SIP port, which is one that nothing else on this machine has.
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

// mcuFiles are the product's own files, with what else stands in such files.
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
