package clock

import (
	"encoding/binary"
	"errors"
	"time"
)

// A zone file (RFC 9636) is a header with counts, followed by data. From version 2 on both come twice, with times of 32
// and of 64 bits, and a POSIX time zone between two line ends follows, for the time after the last shift in the data.
type header struct {
	Magic                                     [4]byte
	Version                                   byte
	_                                         [15]byte
	UT, Standard, Leaps, Shifts, Types, Names uint32
}

var (
	errDamaged = errors.New("the zone file is damaged")
	errLeaps   = errors.New("the zone file counts leap seconds, which is not supported")
)

// decode reads a zone file. Go alone would take one whose end is missing, and keep to the last shift for ever.
func decode(text []byte) (*time.Location, error) {
	rule, err := footer(text)
	if err != nil {
		return nil, err
	}
	if rule != "" && !complete(rule) {
		return nil, errDamaged
	}
	zone, err := time.LoadLocationFromTZData("Local", text)
	if err != nil {
		return nil, errDamaged
	}
	return zone, nil
}

// footer returns the POSIX time zone at the end of a zone file, if the file is whole.
func footer(text []byte) (string, error) {
	version, rest, err := skipBlock(text, 4)
	if err != nil {
		return "", err
	}
	if version == 0 {
		if len(rest) > 0 {
			return "", errDamaged
		}
		return "", nil
	}
	if _, rest, err = skipBlock(rest, 8); err != nil {
		return "", err
	}
	end := len(rest) - 1
	if end < 1 || rest[0] != '\n' || rest[end] != '\n' {
		return "", errDamaged
	}
	return string(rest[1:end]), nil
}

// skipBlock returns the version of a header, and what follows it and its data, in which a time has so many bytes.
func skipBlock(text []byte, width int64) (version byte, rest []byte, err error) {
	var h header
	if _, err := binary.Decode(text, binary.BigEndian, &h); err != nil || string(h.Magic[:]) != "TZif" {
		return 0, nil, errDamaged
	}
	size := int64(binary.Size(h)) + int64(h.Shifts)*(width+1) + int64(h.Types)*6 + int64(h.Names) +
		int64(h.Leaps)*(width+4) + int64(h.Standard) + int64(h.UT)
	switch {
	case size > int64(len(text)):
		return 0, nil, errDamaged
	case h.Leaps > 0:
		return 0, nil, errLeaps
	}
	return h.Version, text[size:], nil
}

// The years for which a POSIX time zone is worked out. No appliance runs this version in others.
const workedFrom, workedTo = 2020, 2150

// location works out the shifts of some years and has Go read them as a zone file. Go can work them out by itself, but
// does not keep to glibc's answers at the turn of a year.
func (p posix) location() (*time.Location, error) {
	var at []int64
	var kind []uint8
	for year := workedFrom; p.summer.name != "" && year <= workedTo; year++ {
		for _, s := range p.shifts(year) {
			at, kind = append(at, s.at), append(kind, s.kind)
		}
	}
	names := []byte(p.standard.name + "\x00" + p.summer.name + "\x00")
	first := header{Magic: [4]byte([]byte("TZif")), Version: '2'}
	second := first
	second.Shifts, second.Types, second.Names = uint32(len(at)), 2, uint32(len(names))
	types := []struct {
		East         int32
		Summer, Name uint8
	}{{int32(p.standard.east.Seconds()), 0, 0}, {int32(p.summer.east.Seconds()), 1, uint8(len(p.standard.name) + 1)}}
	var file []byte
	for _, part := range []any{first, second, at, kind, types, names} {
		var err error
		if file, err = binary.Append(file, binary.BigEndian, part); err != nil {
			return nil, err
		}
	}
	return time.LoadLocationFromTZData("Local", file)
}
