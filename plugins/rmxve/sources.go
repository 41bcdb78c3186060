package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/core/sdk/source/snmp"
)

// mcu holds the sources that the collectors read: files of the product, its SNMP agent and the
// operating system.
type mcu struct {
	env          sdk.Env
	at           locations
	agent        *snmp.Agent
	readIdentity func(context.Context) (answer, error) // read once for all categories
}

// locations holds the paths of the product's files, as the administrator configured them. An empty
// path is not configured.
type locations struct {
	ProductType string `json:"product_type"`
	VersionFile string `json:"version_file"`
	SerialFile  string `json:"serial_file"`
	SIPConfig   string `json:"sip_config"`
}

// productType is the path of the file in which the product itself stores its type.
const productType = "/opt/mcu/mcms/ProductType"

func newMCU(env sdk.Env) *mcu {
	m := &mcu{env: env, agent: snmp.Open(env)}
	m.configured("mcu", &m.at)
	m.readIdentity = sdk.Share(m.identity)
	return m
}

// configured decodes a source. A source that cannot be decoded counts as not configured, so that
// the categories that do not need it are still read.
func (m *mcu) configured(source string, into any) {
	if err := m.env.Source(source, into); err != nil && !errors.Is(err, sdk.ErrNotConfigured) {
		m.env.Log.Error("source is not configured correctly", "source", source, "error", err)
	}
}

// maxFile is the limit for a file of the product.
const maxFile = 64 << 10

// file reads a small text file on the appliance. Its errors contain neither the name of the file
// nor its content.
func (m *mcu) file(ctx context.Context, purpose, path string) (string, error) {
	if path == "" {
		return "", sdk.NotAvailable(sdk.NotConfigured)
	}
	text, err := m.env.ReadFile(ctx, path, maxFile)
	if err != nil {
		return "", fmt.Errorf("read the file of the %s: %w", purpose, err)
	}
	return readable(string(text)), nil
}

// readable returns a text without its byte order mark, and without the NUL bytes that C programs
// leave at its end. All lines end with \n. Invalid UTF-8 is replaced.
func readable(raw string) string {
	text := strings.TrimRight(strings.TrimPrefix(strings.ToValidUTF8(raw, "\ufffd"), "\ufeff"), "\x00")
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// identity holds the objects by which the MCU describes itself over SNMP. The objects of
// POLYCOM-MCU-MIB, below 1.3.6.1.4.1.13885.110.1, are public, and so is the fact that the agent has
// ENTITY-MIB; that its first entity is the MCU is inferred. The agent also has calls, conferences
// and names of people, which are not read.
type identity struct {
	SoftwareInfo string `oid:"1.3.6.1.4.1.13885.110.1.1.1.0"`
	DeviceType   string `oid:"1.3.6.1.4.1.13885.110.1.1.3.0"`
	EntityClass  *int64 `oid:"1.3.6.1.2.1.47.1.1.1.1.5.1"`
	EntitySerial string `oid:"1.3.6.1.2.1.47.1.1.1.1.11.1"`
}

// answer holds the agent's answer, and the reasons for objects of the identity without a value.
type answer struct {
	identity
	lacks snmp.Missing
}

func (m *mcu) identity(ctx context.Context) (answer, error) {
	read, lacks, err := snmp.Fields[identity](ctx, m.agent)
	return answer{read, lacks}, err
}

// agentText returns one of the texts of the identity. object is the name of its field.
func (m *mcu) agentText(ctx context.Context, object string, text func(identity) string) (string, error) {
	read, err := m.readIdentity(ctx)
	found := readable(text(read.identity))
	if reason, lacks := read.lacks[object]; err == nil && lacks {
		err = sdk.NotAvailable(reason)
	}
	if err == nil && found == "" {
		err = sdk.NotAvailable(sdk.NotOnRelease)
	}
	return found, err
}

// source is one of several sources for the same value.
type source struct {
	name      string // one of the profile's values
	isDefault bool   // a file at its default path, because none is configured
	read      func(context.Context) (string, error)
}

// first reads the sources in order. It returns the first value that can be read, and the name of
// its source. If none can be read, the reason is that of the first configured source, because the
// administrator expects it to work. The reason that a default file does not exist comes last. A
// failure that another source makes up for is logged.
func (m *mcu) first(ctx context.Context, sources ...source) (value, from string, err error) {
	var failed, absent []error
	for _, s := range sources {
		value, err := s.read(ctx)
		switch {
		case err == nil:
			if failures := slices.Concat(failed, absent); len(failures) > 0 {
				m.env.Log.Warn("another source is read instead", "source", s.name, "error", errors.Join(failures...))
			}
			return value, s.name, nil
		case s.isDefault && sdk.Explain(err) == sdk.NotFound:
			absent = append(absent, err)
		case sdk.Explain(err) != sdk.NotConfigured:
			failed = append(failed, err)
		}
	}
	if failures := slices.Concat(failed, absent); len(failures) > 0 {
		return "", "", failures[0]
	}
	return "", "", sdk.NotAvailable(sdk.NotConfigured)
}
