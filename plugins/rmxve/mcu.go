package main

import (
	"context"
	"errors"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
)

// mcu is what the collectors read from.
type mcu struct {
	env   sdk.Env
	at    locations
	agent *snmp.Agent
	tells func(context.Context) (identity, error) // read once for four categories
}

// locations are where the administrator says that things are. Empty: not configured.
type locations struct {
	ProductType string `json:"product_type"`
	VersionFile string `json:"version_file"`
	SerialFile  string `json:"serial_file"`
	SIPConfig   string `json:"sip_config"`
}

// productType is where the product itself keeps its type.
const productType = "/opt/mcu/mcms/ProductType"

func newMCU(env sdk.Env, agent *snmp.Agent) *mcu {
	m := &mcu{env: env, agent: agent}
	m.configured("mcu", &m.at)
	if m.at.ProductType == "" {
		m.at.ProductType = productType
	}
	m.tells = sdk.Share(m.identity)
	return m
}

// configured decodes a source. One that can't be decoded counts as not configured, so that it costs no other category.
func (m *mcu) configured(source string, into any) {
	if err := m.env.Source(source, into); err != nil && !errors.Is(err, sdk.ErrNotConfigured) {
		m.env.Log.Error("source is not configured rightly", "source", source, "error", err)
	}
}
