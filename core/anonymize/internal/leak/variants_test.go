package leak

import (
	"testing"

	"polycom.com/usagedata/core/kind"
)

// P4, P9, P10, P13: variants of the cases. The names that the host knows are found in these
// spellings too, and the harmless values of each row pass.
func TestVariantsOfTheCases(t *testing.T) {
	secret := func(text string) named { return named{rule: RuleSecret, value: value{kind.Name, text}} }
	for name, tt := range map[string]struct {
		own             []named
		seen            []value
		found, harmless []string
	}{
		"secrets need no boundary and no signs": {
			own: []named{secret("123e4567-e89b-12d3-a456-426614174000"), secret("xoxb-7f3kQ9zLmP2"),
				secret("Winter2024")},
			found: []string{"123e4567e89b12d3a456426614174000", "xoxb7f3kQ9zLmP2", "xoxb_7f3kQ9zLmP2",
				"xoxb-7f3kQ9zLmP21", "Winter20241", "SNwinter2024X"},
			harmless: []string{"Winter202", "123e4567"},
		},
		"addresses": {
			seen: []value{{kind.Address, "192.0.2.2"}, {kind.MAC, "02:fc:00:00:00:01"}, {kind.Address, "10.0.0.0/8"}},
			found: []string{"192000002002", "192.0.2-2", "192.0.2_2", "192.0.2 (2)", "192.0.2/2", "2FC00000001",
				"02FC00FFFE000001", "02fc00000001"},
			harmless: []string{"192.0.2-20", "192.0.20-2", "167772160", "2.0.2.2"},
		},
		"names without their signs": {
			seen: []value{
				{kind.Site, "Wolfsburg Nord"}, {kind.System, "mcu-seehausen"},
				{kind.Email, "bettina.krug@ward.example"},
				{kind.User, "CN=Peter Lustig,OU=ward,DC=loewenzahn,DC=example"},
				{kind.Hostname, "ldap1.kiefer.example"},
			},
			found: []string{"Wolfsburg_Nord", "WolfsburgNord", "mcu_seehausen", "MCUSEEHAUSEN", "bettina_krug",
				"bettinakrug", "peter_lustig", "loewenzahn", "kiefer"},
			harmless: []string{"nord", "krug", "lustig", "ward", "ldap", "example"},
		},
		"letters with marks": {
			seen: []value{{kind.User, "Jörg Müller-Schönborn"}, {kind.Name, "Łukasiewicz"},
				{kind.Site, "müller-söhne"}},
			found: []string{"Joerg Mueller-Schoenborn", "Jorg_Muller_Schonborn", "joergmuellerschoenborn",
				"Lukasiewicz", "mueller-soehne", "muller_sohne"},
			harmless: []string{"Mueller Milk"},
		},
		"a number to dial without its country": {
			seen:     []value{{kind.Phone, "+4956198765432"}},
			found:    []string{"56198765432", "056198765432", "0561 98765432", "561-98765432"},
			harmless: []string{"198765432", "5619876543"},
		},
	} {
		g := New(namesOf(func(yield func(named)) {
			for _, n := range tt.own {
				yield(n)
			}
		}, nil), Pseudonymized{Each: func(yield func(kind.Kind, string)) {
			for _, v := range tt.seen {
				yield(v.kind, v.text)
			}
		}}, nil)
		for _, text := range tt.found {
			if _, found := g.Find(text, nil); !found {
				t.Errorf("%s: %q: got nothing, want it found", name, text)
			}
		}
		for _, text := range tt.harmless {
			if rule, found := g.Find(text, nil); found {
				t.Errorf("%s: %q: got %q, want it to pass", name, text, rule)
			}
		}
	}
}
