package profile

import (
	"strings"
	"testing"
)

// ANON-1: a word of a closed list is sent in clear, so none may be an identifier; names of software
// and standards are accepted.
func TestWordsOfClosedLists(t *testing.T) {
	for _, tt := range []struct {
		refused bool
		words   []string
	}{
		{false, []string{"TLSv1.2", "tlsv1.3", "H.264", "H.264 High", "G.729AB", "802.11ac", "PowerEdge R740", "HDX",
			"in_service", "6.4.0", "v10",
			"Hyper-V", "TLS_AES_128_GCM_SHA256", "SSH-2.0", "U.S.", "virtual_edition", "10 Gbit/s", "a.b"}},
		{true, []string{"10.33.7.21", "10.33.7.21/24", "host 010.033.007.021", "v10.33.7.21", "vpn-192.0.2.1-out",
			"21.7.33.10.in-addr.arpa",
			"00-e0-db-4c-2a-10", "00e0.db4c.2a10", "00e0db4c2a10", "nic 00E0DB-4C2A10", "mac_00e0db4c2a10",
			"example.com", "vienna.local", "VIENNA.EXAMPLE.COM", "core-01.corp", "at example.org/x",
			"xn--mller-kva.xn--p1ai",
			"example.com-2", "example.com."}},
	} {
		for _, word := range tt.words {
			_, err := Parse([]byte(strings.Replace(good, "[small, large]", "['"+word+"', large]", 1)))
			if got := err != nil && strings.Contains(err.Error(), "looks like"); got != tt.refused {
				t.Errorf("%q: got %v want refused %v", word, err, tt.refused)
			}
		}
	}
}
