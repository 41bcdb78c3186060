// Package wire defines the protocol between host and plugin: the messages (plugin.proto), the
// handshake, and the conversions between messages and the types of package usage. Only this package
// turns a plugin's bytes into raw values, within bounds.
package wire

// Version is the newest version of the protocol, agreed on in the handshake. Within a version
// messages only gain fields that a peer may ignore: see TestProtocolOnlyGrows. A change
// that a peer must not ignore, such as another step of a stream, makes a new version, and the host
// continues to speak the previous one.
const Version = 1

// Handshake is the variable of the environment by which a plugin knows that a host started it, and
// its value, which is not a secret.
var Handshake = struct{ MagicCookieKey, MagicCookieValue string }{
	MagicCookieKey:   "USAGEDATA_PLUGIN",
	MagicCookieValue: "started-by-usagedata",
}
