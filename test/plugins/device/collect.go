package main

import (
	"context"
	"time"

	"polycom.com/usagedata/core/sdk"
)

type licenseInformation struct {
	SerialNumber string   `usage:"serial_number"`
	Connected    []string `usage:"connected_serials"`
}

type connected struct {
	Category        string `json:"deviceCategory" usage:"category"`
	Name            string `json:"systemName" usage:"name"`
	Address         string `json:"ip" usage:"address"`
	MAC             string `json:"macAddress" usage:"mac"`
	SoftwareVersion string `json:"softwareVersion" usage:"software_version"`
	Serial          string `json:"serialNumber"`
}

const connectedDevices = "/rest/current/devicemanagement/devices"

func (d device) license(ctx context.Context, _ sdk.Period) (l licenseInformation, err error) {
	system, err := read[endpoint](ctx, d, "/rest/system")
	if err != nil {
		return l, err
	}
	l.SerialNumber = system.Serial
	devices, err := read[[]connected](ctx, d, connectedDevices)
	for _, device := range devices {
		l.Connected = append(l.Connected, device.Serial)
	}
	return l, err
}

type endpoint struct {
	Name            string        `json:"systemName" usage:"name"`
	Model           string        `json:"model" usage:"model"`
	Build           string        `json:"build" usage:"build"`
	SoftwareVersion string        `json:"softwareVersion" usage:"software_version"`
	RebootNeeded    *bool         `json:"rebootNeeded" usage:"reboot_needed"`
	Uptime          time.Duration `json:"-" usage:"uptime"`
	Seconds         float64       `json:"uptime"`
	Serial          string        `json:"serialNumber"`
}

func (d device) system(ctx context.Context, _ sdk.Period) (endpoint, error) {
	e, err := read[endpoint](ctx, d, "/rest/system")
	e.Uptime = time.Duration(e.Seconds) * time.Second
	return e, err
}

type sessions struct {
	Open []struct {
		Client  string `json:"clientType" usage:"client"`
		User    string `json:"userId" usage:"user"`
		Address string `json:"location" usage:"address"`
	} `json:"sessionList" usage:"open"`
}

func (d device) sessions(ctx context.Context, _ sdk.Period) (sessions, error) {
	return read[sessions](ctx, d, "/rest/current/session/sessions")
}

type registration struct {
	SIPServers  []string `usage:"sip_servers"`
	Gatekeepers []string `usage:"gatekeepers"`
	Extension   string   `usage:"h323_extension"`
	H323Name    string   `usage:"h323_name"`
	SIPUser     string   `usage:"sip_user"`
}

func (d device) registration(ctx context.Context, _ sdk.Period) (r registration, err error) {
	if r.SIPServers, err = d.servers(ctx, "/rest/system/sipservers"); err != nil {
		return r, err
	}
	if r.Gatekeepers, err = d.servers(ctx, "/rest/system/h323gatekeepers"); err != nil {
		return r, err
	}
	config, err := read[struct {
		Vars []struct{ Name, Value string }
	}](ctx, d, "/rest/config")
	for _, variable := range config.Vars {
		switch variable.Name {
		case "comm.nics.h323nic.h323extension":
			r.Extension = variable.Value
		case "comm.nics.h323nic.h323name":
			r.H323Name = variable.Value
		case "comm.nics.sipnic.sipusername":
			r.SIPUser = variable.Value
		}
	}
	return r, err
}

func (d device) servers(ctx context.Context, path string) ([]string, error) {
	addresses := []string{}
	listed, err := read[[]struct{ Address string }](ctx, d, path)
	for _, server := range listed {
		addresses = append(addresses, server.Address)
	}
	return addresses, err
}

type devices struct {
	List []connected `usage:"list"`
}

func (d device) devices(ctx context.Context, _ sdk.Period) (l devices, err error) {
	l.List, err = read[[]connected](ctx, d, connectedDevices)
	return l, err
}

type raw struct {
	Raw []string `usage:"raw"`
}

// raw returns the answers unchanged, as a plugin should not.
func (d device) raw(ctx context.Context, _ sdk.Period) (r raw, err error) {
	all, err := d.answers(ctx)
	for _, answer := range all {
		r.Raw = append(r.Raw, answer.Body)
	}
	return r, err
}
