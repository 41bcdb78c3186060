package main

import (
	"cmp"
	"context"
	"strings"

	"polycom.com/usagedata/core/sdk"
	"polycom.com/usagedata/plugins/internal/platformapi"
)

// lync counts as enabled if a dial rule resolves to it or if a SIP peer has Microsoft's type. That
// is our interpretation; the API has no member for it.
type lync struct {
	Enabled   *bool  `usage:"enabled"`
	DialRules *int64 `usage:"dial_rules"`
	SIPPeers  *int64 `usage:"sip_peers"`
}

// usesLync returns the feature. Whether Lync is enabled is known if one of the two numbers is above
// zero, or if both are known to be zero.
func usesLync(rules, peers reading[*int64], missing *sdk.Missing) *lync {
	if rules.value == nil && peers.value == nil {
		missing.Add(rules.err, "lync")
		missing.Add(peers.err, "lync")
		return nil
	}
	l := lync{DialRules: rules.value, SIPPeers: peers.value}
	missing.Add(rules.err, "lync.dial_rules")
	missing.Add(peers.err, "lync.sip_peers")
	some := cmp.Or(l.DialRules != nil && *l.DialRules > 0, l.SIPPeers != nil && *l.SIPPeers > 0)
	if some || l.DialRules != nil && l.SIPPeers != nil {
		l.Enabled = &some
		return &l
	}
	missing.Add(cmp.Or(rules.err, peers.err), "lync.enabled")
	return &l
}

// microsoftPeers counts the SIP peers of Microsoft's type, such as Lync and Skype for Business
// servers. The member with the type and the form of the constant are inferred. If a peer does not
// have a type, the number is not known.
func (d *dma) microsoftPeers(ctx context.Context) reading[*int64] {
	type sipPeer struct {
		Type     platformapi.Word `json:"type"`
		PeerType platformapi.Word `json:"peerType"`
	}
	var microsoft numbers
	for peer, err := range platformapi.Items[sipPeer](ctx, d.api, sipPeers) {
		if err != nil {
			return reading[*int64]{err: err}
		}
		microsoft.addFlag(isMicrosoft(cmp.Or(peer.Type, peer.PeerType)))
	}
	return reading[*int64]{value: microsoft.total(), err: microsoft.lacks()}
}

// isMicrosoft reports whether the type is Microsoft's. It returns nil for a peer without a type.
func isMicrosoft(kind platformapi.Word) *bool {
	is := strings.Contains(string(kind), "microsoft") || strings.Contains(string(kind), "lync")
	if kind == "" {
		return nil
	}
	return &is
}
