package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/usage"
	"polycom.com/usagedata/test/stage"
)

// promised is the list of data categories of each product, by product and category: the fields that
// fulfill each word of it. A category may have other fields as well; a product must not have other
// categories.
var promised = map[string]map[string][]string{
	"dma": {
		"license_information":    {"serial_number", "licensed_calls", "features"},
		"hardware_configuration": {"platform", "cpu_threads", "memory_bytes", "disks"},
		"system_resource_usage":  {"cpu_used_percent", "memory_used_bytes", "disks", "database"},
		"system_configuration":   {"servers", "clusters"},
		"feature_configuration": {"enterprise_directory", "lync", "dial_rules", "shared_number_dialing",
			"hunt_groups"},
		"registration_policy":   {"policies"},
		"device_authentication": {"proxy_authentication", "inbound_entries"},
		"counts": {"users_local", "users_enterprise", "endpoints", "sites", "mcus", "external_gatekeepers",
			"sip_peers", "sbcs"},
		"statistics": {"registrations_active", "network_usage", "calls_active_by_signaling",
			"conferences_active"},
		"security_settings": {"mode"},
	},
	"websuite": {
		"license_information":    {"serial_number", "features"},
		"hardware_configuration": {"platform", "cpu_threads", "memory_bytes", "disks"},
		"system_resource_usage":  {"cpu_used_percent", "memory_used_bytes", "disks", "database"},
		"feature_usage": {"social_integration", "enterprise_directory", "conferences_started", "participants",
			"documents_uploaded"},
		"counts":            {"users_local", "users_enterprise"},
		"security_settings": {"tls_min_version"},
	},
	"resourcemgr": {
		"license_information":    {"serial_number", "features"},
		"hardware_configuration": {"platform", "cpu_threads", "memory_bytes", "disks"},
		"system_resource_usage":  {"cpu_used_percent", "memory_used_bytes", "disks", "database"},
		"system_configuration":   {"servers", "clusters"},
		"feature_configuration": {"enterprise_directory", "conference", "endpoints", "network_topology",
			"user_management", "alert_management", "license_management"},
		"counts":            {"users", "endpoints", "sites", "mcus"},
		"security_settings": {"mode"},
	},
	"accessdirector": {
		"license_information":    {"serial_number", "licensed_calls", "features"},
		"hardware_configuration": {"platform", "cpu_threads", "memory_bytes", "disks"},
		"system_resource_usage":  {"cpu_used_percent", "memory_used_bytes", "disks", "database"},
		"system_configuration":   {"servers", "clusters"},
		"feature_configuration": {"enterprise_directory", "lync", "dial_rules", "shared_number_dialing", "hunt_groups",
			"registration_policy", "device_authentication"},
		"counts":            {"users", "endpoints", "sites", "mcus", "external_gatekeepers", "sip_peers", "sbcs"},
		"statistics":        {"registrations_active", "calls_started", "conferences"},
		"security_settings": {"mode"},
	},
	"rmxve": {
		"system":                 {"serial_number"},
		"core_dumps":             {"count"},
		"kernel_states":          {"release", "taint", "out_of_memory_kills"},
		"mcu_type":               {"type"},
		"mcu_version":            {"version"},
		"software_version":       {"version"},
		"sip_configuration_port": {"configured", "listening"},
		"zombie_processes":       {"count"},
	},
}

// lackedByAccessDirector are the fields that its list has and an access director can't have.
var lackedByAccessDirector = []string{
	"counts.mcus", "counts.sites", "feature_configuration.dial_rules", "feature_configuration.hunt_groups",
	"feature_configuration.lync",
	"feature_configuration.shared_number_dialing", "statistics.conferences",
}

// CAT-*, ANON-1, ANON-2, SEND-4: each product sends a whole document on the real path. Every
// promised category and field is received, nothing is missing, the serial number is there, and
// nothing that the product's sources know of the customer is anywhere.
func TestEveryPromisedCategoryIsReceived(t *testing.T) {
	for product, categories := range promised {
		t.Run(product, func(t *testing.T) {
			t.Parallel()
			s := set(t, stage.Plan{Product: product, Whole: true})
			p := hour(t, s)
			if missing, err := s.Missing(p.document.Body); len(missing) > 0 || err != nil {
				t.Errorf("got %v, missing %q, want all that the profile has", err, missing)
			}
			p.archive(t, s)
			got, omitted := p.categories(t), p.omitted(t)
			if diff := cmp.Diff(slices.Sorted(maps.Keys(categories)), slices.Sorted(maps.Keys(got))); diff != "" {
				t.Errorf("categories (-want +got)\n%s", diff)
			}
			for category, fields := range categories {
				for _, field := range fields {
					name := category + "." + field
					if _, ok := got[category][field]; !ok && omitted[name] != usage.NotYet.Sentence() {
						t.Errorf("%s is not in the document", name)
					}
				}
			}
			var lacked []string
			if product == "accessdirector" {
				lacked = lackedByAccessDirector
			}
			if diff := cmp.Diff(lacked, inapplicable(got)); diff != "" {
				t.Errorf("said not to apply (-want +got)\n%s", diff)
			}
			p.wantNone(t, s.Names())
			if !strings.Contains(string(p.document.Body), `"`+s.Serial+`"`) {
				t.Error("the serial number is not in the document")
			}
			if n := len(p.document.Body); n >= 40_000 {
				t.Errorf("got a document of %d bytes, want less than 40,000", n)
			}
		})
	}
}

// inapplicable returns the fields that do not apply according to the document.
func inapplicable(categories map[string]map[string]any) (names []string) {
	for category, fields := range categories {
		for field, value := range fields {
			if cmp.Equal(value, map[string]any{"applicable": false}) {
				names = append(names, category+"."+field)
			}
		}
	}
	slices.Sort(names)
	return names
}
