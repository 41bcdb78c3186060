package snmp

import (
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gosnmp/gosnmp"

	"polycom.com/usagedata/core/sdk"
)

// The errors of a value. They must not contain any part of the value.
var (
	errType    = errors.New("the value has another type")
	errRange   = errors.New("the value is too large")
	errUnknown = errors.New("the number is unknown")
	errText    = errors.New("the value is not text")
	errLong    = errors.New("the text has too many bytes")
)

// put converts a variable and stores it in a field of the struct into.
//
// All integers become an int64: Integer, Counter32, Gauge32, TimeTicks (hundredths of a second) and
// Counter64. A text that is a decimal number counts as that number, because some agents answer so.
// Float and Double only fit a *float64. A negative number, or the largest of its type, is not
// known: agents answer -1 or set all bits for an unknown number, and a Gauge32 at its maximum only
// means that many or more.
func (f field) put(v gosnmp.SnmpPDU, into reflect.Value) error {
	value, err := f.kind.of(v)
	if err != nil {
		return err
	}
	into.FieldByIndex(f.index).Set(value)
	return nil
}

func (k kind) of(v gosnmp.SnmpPDU) (reflect.Value, error) {
	switch k {
	case integer:
		n, err := number(v)
		return reflect.ValueOf(&n), err
	case decimal:
		n, err := float(v)
		return reflect.ValueOf(&n), err
	default:
		s, err := octetText(v)
		return reflect.ValueOf(s), err
	}
}

func number(v gosnmp.SnmpPDU) (int64, error) {
	switch is := v.Value.(type) {
	case int:
		return counted(int64(is))
	case uint32:
		if v.Type == gosnmp.Uinteger32 { // the library decodes it as signed; no SMIv2 MIB uses it
			return 0, errType
		}
		return counted(int64(is))
	case uint:
		return unsigned(uint64(is))
	case uint64:
		return unsigned(is)
	}
	s, err := octetText(v)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, errType
	}
	return counted(n)
}

func unsigned(n uint64) (int64, error) {
	if n > math.MaxInt64 {
		return 0, errRange
	}
	return counted(int64(n))
}

// counted refuses numbers that mean unknown.
func counted(n int64) (int64, error) {
	if n < 0 || sdk.IsSentinel(n) {
		return 0, errUnknown
	}
	return n, nil
}

func float(v gosnmp.SnmpPDU) (float64, error) {
	switch is := v.Value.(type) {
	case float32:
		return finite(float64(is))
	case float64:
		return finite(is)
	case []byte:
		s, err := octetText(v)
		if err != nil || strings.Trim(s, "+-.0123456789") != "" { // refuses 0x1p4, inf and 1_000
			return 0, errType
		}
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return 0, errType
		}
		return finite(n)
	}
	n, err := number(v)
	return float64(n), err
}

func finite(n float64) (float64, error) {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, errRange
	}
	if n < 0 || sdk.IsSentinel(n) {
		return 0, errUnknown
	}
	return n, nil
}

// octetText returns a text without the padding that agents add: blanks, and the zero byte that ends
// a string in C.
func octetText(v gosnmp.SnmpPDU) (string, error) {
	raw, ok := v.Value.([]byte)
	switch {
	case !ok || v.Type != gosnmp.OctetString:
		return "", errType
	case len(raw) > maxText:
		return "", errLong
	}
	s := strings.TrimSpace(strings.TrimRight(string(raw), "\x00"))
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return "", errText
	}
	return s, nil
}

// absent reports whether the agent does not have the object.
func absent(v gosnmp.SnmpPDU) bool {
	return v.Type == gosnmp.NoSuchObject || v.Type == gosnmp.NoSuchInstance || v.Type == gosnmp.EndOfMibView
}
