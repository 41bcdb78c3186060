package snmp

import (
	"net"
	"sync"
	"testing"

	"github.com/gosnmp/gosnmp"
)

// answerer returns the datagrams with which a responder answers a request; if there are none, it is
// silent.
type answerer func(request *gosnmp.SnmpPacket) [][]byte

// responder starts an agent of version 2c that answers as no real agent would, and returns its
// address.
func responder(t testing.TB, answer answerer) string {
	t.Helper()
	socket, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() { serve(socket, answer) })
	t.Cleanup(func() {
		_ = socket.Close()
		served.Wait()
	})
	return socket.LocalAddr().String()
}

func serve(socket net.PacketConn, answer answerer) {
	buffer := make([]byte, 1<<16)
	for {
		n, from, err := socket.ReadFrom(buffer)
		if err != nil {
			return
		}
		request, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c}).SnmpDecodePacket(buffer[:n])
		if err != nil {
			continue
		}
		for _, datagram := range answer(request) {
			_, _ = socket.WriteTo(datagram, from) // an agent does not care if the client is gone
		}
	}
}

// says returns an answer with these variables.
func says(t testing.TB, request *gosnmp.SnmpPacket, variables ...gosnmp.SnmpPDU) [][]byte {
	return sends(t, gosnmp.SnmpPacket{PDUType: gosnmp.GetResponse, RequestID: request.RequestID, Variables: variables})
}

// complains returns an answer with an error status.
func complains(t testing.TB, request *gosnmp.SnmpPacket, status gosnmp.SNMPError, index uint8) [][]byte {
	return sends(t, gosnmp.SnmpPacket{
		PDUType: gosnmp.GetResponse, RequestID: request.RequestID, Error: status, ErrorIndex: index,
		Variables: request.Variables,
	})
}

func sends(t testing.TB, packet gosnmp.SnmpPacket) [][]byte {
	packet.Version, packet.Community = gosnmp.Version2c, "canary"
	datagram, err := packet.MarshalMsg()
	if err != nil {
		t.Error(err)
		return nil
	}
	return [][]byte{datagram}
}

// numbered returns a variable with a number.
func numbered(oid string, n int) gosnmp.SnmpPDU {
	return gosnmp.SnmpPDU{Name: "." + oid, Type: gosnmp.Integer, Value: n}
}

// responding returns the settings that reach a responder.
func responding(t testing.TB, answer answerer) map[string]any {
	t.Helper()
	return map[string]any{"address": responder(t, answer), "community": file(t, 0o600, "canary-community\n")}
}
