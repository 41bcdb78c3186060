package snmp

import (
	"bytes"
	"crypto/aes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// ber encodes an element with these contents.
func ber(tag byte, contents ...[]byte) []byte {
	content := bytes.Join(contents, nil)
	length := []byte{byte(len(content))}
	if len(content) > 0x7f {
		length = binary.BigEndian.AppendUint16([]byte{0x82}, uint16(len(content)))
	}
	return append(append([]byte{tag}, length...), content...)
}

// named encodes objects of the playground: values holds the encoded value of each, by its number
// below [base].
func named(values map[byte][]byte, order ...byte) []byte {
	var all [][]byte
	for _, n := range order {
		// 1.3.6.1.4.1.8072.9999.9999.N.0
		name := ber(6, []byte{0x2b, 6, 1, 4, 1, 0xbf, 8, 0xce, 0x0f, 0xce, 0x0f, n, 0})
		all = append(all, ber(0x30, name, values[n]))
	}
	return ber(0x30, all...)
}

// answered encodes the PDU of an answer.
func answered(id uint32, variables []byte) []byte {
	return ber(0xa2, ber(2, binary.BigEndian.AppendUint32(nil, id)), ber(2, []byte{0}), ber(2, []byte{0}), variables)
}

// decimals reads the same two objects as [one].
type decimals struct {
	N *float64 `oid:"1.3.6.1.4.1.8072.9999.9999.1.0"`
	M *int64   `oid:"1.3.6.1.4.1.8072.9999.9999.2.0"`
}

// encodings maps encoded values, as an agent may send them, to the expected values. If a value is
// left out, it is "".
var encodings = map[string]string{
	"4100": "", "4200": "", "4300": "", "4600": "", "0200": "", "470107": "", "450107": "", "0500": "",
	"410107": "7", "420107": "7", "430107": "7", "460107": "7", "020107": "7", "02810107": "7", "0282000107": "7",
	"410500fffffffe": "4.294967294e+09", "4104fffffffe": "4.294967294e+09",
	"41050100000000": "", "4101ff": "", "4202ffff": "",
	"41060000fffffffe": "4.294967294e+09", "4104ffffffff": "", "410500ffffffff": "", "42047fffffff": "",
	"43080000000100000005": "", "4301ff": "", "4309000000000000000007": "7", "410a00000000000000000007": "",
	"4609007ffffffffffffffe": "9.223372036854776e+18", "4609010000000000000000": "",
	"4608ffffffffffffffff": "", "4601ff": "",
	"0201ff": "", "0204ffffffff": "", "02047fffffff": "", "020480000000": "", "02050080000000": "2.147483648e+09",
	"0209000000000000000007": "", "020100": "0",
	"44079f780440e00000": "7", "440b9f7908401c000000000000": "7", "44039f7800": "", "44069f780340e000": "", "4400": "",
	"44079f78047fc00000": "", "44079f7804ff800000": "", "4403020107": "", "44079f7804bf800000": "",
	"4004c0000201": "", "4005c000020100": "", "4000": "",
	"06032b0601": "", "0601ff": "", "03020001": "", "2403040137": "",
	"040137": "7", "0400": "", "0401ff": "", "04022d31": "", "04033e3c3e": "", "8000": "", "8100": "", "8200": "",
	"0480410000": "", "02800107": "", "020201": "", "04": "",
	"040537": "", "0201070201": "", "0284ffffffff": "", "040237": "",
}

// S9: if a value is not encoded as its type demands, or means that there is none, it is unknown.
// Only this value is missing, and the log names its object.
func TestEncodings(t *testing.T) {
	for encoded, want := range encodings {
		value, err := hex.DecodeString(encoded)
		if err != nil {
			t.Fatalf("%s: %v", encoded, err)
		}
		a, log := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
			variables := named(map[byte][]byte{1: value, 2: ber(2, []byte{9})}, 1, 2)
			return [][]byte{ber(0x30, ber(2, []byte{1}), ber(4, []byte("canary")), answered(r.RequestID, variables))}
		}))
		read, err := Read[decimals](t.Context(), a)
		got := ""
		if read.N != nil {
			got = fmt.Sprint(*read.N)
		}
		if err != nil || got != want || read.M == nil || *read.M != 9 {
			t.Errorf("%s: got %q, beside it %v, %v, want %q and 9", encoded, got, read.M, err, want)
		}
		there := want == "" && !strings.HasPrefix(encoded, "8")
		first, second := strings.Contains(log.String(), base+".1.0"), strings.Contains(log.String(), base+".2.0")
		if first != there || second {
			t.Errorf("%s: got log %q, want its object named %t", encoded, log, there)
		}
		readable(t, log)
	}
}

// S9: the same holds for version 3, although only the library sees the decrypted answer.
func TestEncodingsOfVersion3(t *testing.T) {
	key := []byte("0123456789abcdef")
	usm := &gosnmp.UsmSecurityParameters{PrivacyKey: key}
	s := &session{client: &gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityParameters: usm}}
	pdu := answered(7, named(map[byte][]byte{1: {0x41, 0}, 2: ber(2, []byte{9})}, 1, 2))
	scope := ber(0x30, ber(4, []byte("engine")), ber(4), pdu)
	security := ber(0x30, ber(4, []byte("engine")), ber(2, []byte{1}), ber(2, []byte{0, 0x80, 0, 0, 0}), ber(4), ber(4),
		ber(4, []byte("saltsalt")))
	vector := append([]byte{0, 0, 0, 1, 0x80, 0, 0, 0}, "saltsalt"...)
	message := func(parts ...[]byte) []byte {
		return ber(0x30, append([][]byte{ber(2, []byte{3}), ber(0x30)}, parts...)...)
	}
	whole := message(ber(4, security), ber(4, encrypted(t, key, vector, scope)))
	answer := &gosnmp.SnmpPacket{Variables: []gosnmp.SnmpPDU{
		{Type: gosnmp.Counter32, Value: uint(0)}, {Type: gosnmp.Integer, Value: 9},
	}}
	want := []gosnmp.SnmpPDU{{Type: gosnmp.Null}, {Type: gosnmp.Integer, Value: 9}}
	if err := s.check(whole, answer); err != nil || !cmp.Equal(want, answer.Variables) {
		t.Errorf("got %v, %v, want %v", answer.Variables, err, want)
	}
	for name, datagram := range map[string][]byte{
		"nothing": nil, "half": whole[:len(whole)/2], "no salt": message(ber(4, ber(0x30, ber(4))), ber(4)),
		"another key": message(ber(4, security), ber(4, encrypted(t, []byte("another key 1234"), vector, scope))),
		"no scope":    message(ber(4, security)), "empty": message(ber(4, security), ber(4)),
	} {
		if err := s.check(datagram, answer); sdk.Explain(err) != sdk.Malformed {
			t.Errorf("%s: got %v, want %q", name, err, sdk.Malformed)
		}
	}
}

// encrypted implements CFB as RFC 3826 describes it.
func encrypted(t *testing.T, key, vector, plain []byte) (all []byte) {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.Clone(vector)
	for at, b := range plain {
		if at%aes.BlockSize == 0 {
			if at > 0 {
				last = bytes.Clone(all[at-aes.BlockSize : at])
			}
			block.Encrypt(last, last)
		}
		all = append(all, b^last[at%aes.BlockSize])
	}
	return all
}

// If an agent reports an error about one object, only that object is missing; in a table, its
// column. The same holds for a column whose rows are not in ascending order.
func TestAnErrorAboutOneObject(t *testing.T) {
	for _, status := range []gosnmp.SNMPError{
		gosnmp.GenErr, gosnmp.NoAccess, gosnmp.AuthorizationError, gosnmp.NoSuchName,
	} {
		a, log := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
			if len(r.Variables) > 1 {
				return complains(t, r, status, 1)
			}
			return says(t, r, numbered(base+".2.0", 2))
		}))
		got, err := Read[one](t.Context(), a)
		named := strings.Contains(log.String(), base+".1.0")
		if diff := cmp.Diff(one{M: at(int64(2))}, got); diff != "" || err != nil ||
			named != (status != gosnmp.NoSuchName) {
			t.Errorf("%v: got %v, log %q (-want +got)\n%s", status, err, log, diff)
		}
	}
	type pair struct {
		N *int64 `oid:"3"`
		M *int64 `oid:"4"`
	}
	for name, first := range map[string]func(r *gosnmp.SnmpPacket) [][]byte{
		"reported": func(r *gosnmp.SnmpPacket) [][]byte { return complains(t, r, gosnmp.GenErr, 1) },
		"backwards": func(r *gosnmp.SnmpPacket) [][]byte {
			return says(t, r, numbered(entry+".3.5", 1), numbered(entry+".4.1", 7), numbered(entry+".3.4", 1),
				numbered(entry+".4.2", 8))
		},
	} {
		a, log := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
			switch {
			case len(r.Variables) > 1:
				return first(r)
			case r.Variables[0].Name == "."+entry+".4":
				return says(t, r, numbered(entry+".4.1", 7), numbered(entry+".4.2", 8), numbered(base+".10.0", 1))
			}
			return says(t, r, numbered(base+".10.0", 1))
		}))
		got, err := Rows[pair](t.Context(), a, entry)
		if diff := cmp.Diff([]pair{{M: at(int64(7))}, {M: at(int64(8))}}, got); diff != "" || err != nil ||
			!strings.Contains(log.String(), entry+".3") {
			t.Errorf("%s: got %v, log %q (-want +got)\n%s", name, err, log, diff)
		}
		readable(t, log)
	}
}

// If an agent has no number for any object, it has answered, and that is not a failure.
func TestNumbersThatMeanNone(t *testing.T) {
	a, _ := opened(t, responding(t, func(r *gosnmp.SnmpPacket) [][]byte {
		return says(t, r, numbered(base+".1.0", -1), numbered(base+".2.0", 2147483647))
	}))
	if got, err := Read[one](t.Context(), a); err != nil || got != (one{}) {
		t.Errorf("got %+v, %v, want neither", got, err)
	}
}

// FuzzEncoding checks that parsing ends for any datagram, and that only tags and the length of Null
// are changed.
func FuzzEncoding(f *testing.F) {
	f.Add(ber(0x30, ber(2, []byte{1}), ber(4, []byte("canary")),
		answered(1, named(map[byte][]byte{1: {0x41, 0}, 2: {2, 1, 7}}, 1, 2))))
	security := ber(0x30, ber(4), ber(2), ber(2), ber(4), ber(4), ber(4, make([]byte, 8)))
	f.Add(ber(0x30, ber(2, []byte{3}), ber(0x30), ber(4, security), ber(4, []byte("encrypted"))))
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, datagram []byte) {
		was := bytes.Clone(datagram)
		nullInvalid(datagram)
		for i := range was {
			if was[i] != datagram[i] && datagram[i] != null && (i == 0 || datagram[i-1] != null) {
				t.Errorf("got %x at %d, want %x or Null", datagram[i], i, was[i])
			}
		}
		if pdu, err := decrypted(datagram, make([]byte, 16)); err != nil && len(variablesOf(pdu)) > 0 {
			t.Errorf("got variables and %v", err)
		}
	})
}
