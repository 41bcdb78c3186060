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

// What can be wrong with a value. Nothing of the value may be said.
var (
	errType  = errors.New("it has another type")
	errRange = errors.New("it is too much")
	errNone  = errors.New("it is an unknown number")
	errText  = errors.New("it is not text")
	errLong  = errors.New("it has too many bytes")
)

// put converts a variable into a field of into, a struct.
//
// All whole numbers become an int64: Integer, Counter32, Gauge32, TimeTicks (hundredths of a second) and Counter64. A
// text that is a decimal number counts as that number, since some agents answer so; Float and Double count for a
// *float64 only. What is below zero, or the largest of its type, is not known: agents say so by -1, or by all bits set,
// and a Gauge32 at its end says only that there are as many or more.
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
	case whole:
		n, err := number(v)
		return reflect.ValueOf(&n), err
	case decimal:
		n, err := floating(v)
		return reflect.ValueOf(&n), err
	default:
		s, err := words(v)
		return reflect.ValueOf(s), err
	}
}

func number(v gosnmp.SnmpPDU) (int64, error) {
	switch is := v.Value.(type) {
	case int:
		return counted(int64(is))
	case uint32:
		if v.Type == gosnmp.Uinteger32 { // the library reads it with a sign; no MIB of version 2 has it
			return 0, errType
		}
		return counted(int64(is))
	case uint:
		return unsigned(uint64(is))
	case uint64:
		return unsigned(is)
	}
	s, err := words(v)
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

// counted refuses what says that there is no number.
func counted(n int64) (int64, error) {
	if n < 0 || sdk.IsSentinel(n) {
		return 0, errNone
	}
	return n, nil
}

func floating(v gosnmp.SnmpPDU) (float64, error) {
	switch is := v.Value.(type) {
	case float32:
		return finite(float64(is))
	case float64:
		return finite(is)
	case []byte:
		s, err := words(v)
		if err != nil || strings.Trim(s, "+-.0123456789") != "" { // neither 0x1p4 nor inf nor 1_000
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
		return 0, errNone
	}
	return n, nil
}

// words is a text without what agents put around it: blanks and the zero that ends it in C.
func words(v gosnmp.SnmpPDU) (string, error) {
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

// absent tells an object that the agent does not have.
func absent(v gosnmp.SnmpPDU) bool {
	return v.Type == gosnmp.NoSuchObject || v.Type == gosnmp.NoSuchInstance || v.Type == gosnmp.EndOfMibView
}
