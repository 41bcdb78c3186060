package scrub

// roles say how a known word explains the number after it. An unknown word has no roles.
type roles uint8

const (
	aWord     roles = 1 << iota
	ownWord         // of the profile: Acme 6.4.0.178 installed
	ofVersion       // version 6.4.0
	ofQuad          // version 10.2.1.5, but not `DHCP release 10.2.1.5`, nor a line of a kernel's log
	ofNumber        // code 404
	ofLicense       // license U1234-5678-9ABC-DEF0
	aLink           // version is 6.4.0
)

// wordsByRole lists the words with a role. They must be words of the vocabulary, because the rule
// for its review applies to them.
var wordsByRole = map[roles]string{
	ofVersion: "version ver release build firmware software kernel revision rev package suite image loader bootloader",
	ofQuad:    "version ver firmware revision",
	ofNumber:  "build code status error exit attempt retry port",
	ofLicense: "license",
	aLink:     "is",
}

func (r roles) any(of roles) bool { return r&of != 0 }
