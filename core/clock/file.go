package clock

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// header begins a zone file (RFC 9636) and counts the data that follow. From version 2 on, header
// and data come twice, with times of 32 and of 64 bits. A POSIX time zone between two line ends
// follows, for the time after the last shift in the data.
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

// decode reads a zone file. Go by itself would accept one whose end is missing, and apply its last
// shift forever.
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

// footer returns the POSIX time zone at the end of a zone file, if the file is complete and
// consistent: glibc and Go show different times for an inconsistent one.
func footer(text []byte) (string, error) {
	first, rest, err := cutBlock(text, 4)
	if err != nil {
		return "", err
	}
	if first.Version == 0 {
		if len(rest) > 0 || !first.ascending() {
			return "", errDamaged
		}
		return "", nil
	}
	second, rest, err := cutBlock(rest, 8)
	if err != nil {
		return "", err
	}
	end := len(rest) - 1
	if end < 1 || rest[0] != '\n' || rest[end] != '\n' {
		return "", errDamaged
	}
	rule := string(rest[1:end])
	if !second.ascending() || !second.matchesRule(rule) {
		return "", errDamaged
	}
	return rule, nil
}

// block is a header with its data, in which each time has width bytes.
type block struct {
	header
	width int
	data  []byte
}

// ascending reports whether each shift is later than the one before.
func (b block) ascending() bool {
	former := int64(math.MinInt64)
	for i := range int(b.Shifts) {
		at := int64(int32(binary.BigEndian.Uint32(b.data[i*b.width:])))
		if b.width == 8 {
			at = int64(binary.BigEndian.Uint64(b.data[i*b.width:]))
		}
		if at <= former && i > 0 {
			return false
		}
		former = at
	}
	return true
}

// matchesRule reports whether a zone without shifts has the offset of the rule.
func (b block) matchesRule(rule string) bool {
	if b.Shifts > 0 || rule == "" {
		return true
	}
	east := time.Duration(int32(binary.BigEndian.Uint32(b.data))) * time.Second
	part := partsOf(rule)
	return part != nil && part[3] == "" && -duration(part[2]) == east
}

// cutBlock returns a header with its data, in which each time has width bytes, and the text that
// follows.
func cutBlock(text []byte, width int64) (b block, rest []byte, err error) {
	h := &b.header
	if _, err := binary.Decode(text, binary.BigEndian, h); err != nil || string(h.Magic[:]) != "TZif" {
		return b, nil, errDamaged
	}
	size := int64(binary.Size(h)) + int64(h.Shifts)*(width+1) + int64(h.Types)*6 + int64(h.Names) +
		int64(h.Leaps)*(width+4) + int64(h.Standard) + int64(h.UT)
	switch {
	case size > int64(len(text)), h.Types == 0:
		return b, nil, errDamaged
	case h.Leaps > 0:
		return b, nil, errLeaps
	}
	b.width, b.data = int(width), text[binary.Size(h):size]
	return b, text[size:], nil
}

// firstYear and lastYear are the years for which a POSIX time zone is worked out. No appliance
// runs this version in other years.
const firstYear, lastYear = 2020, 2150

// location works out the shifts of some years and has Go read them as a zone file. Go can work them
// out itself, but disagrees with glibc at the turn of a year.
func (p posix) location() (*time.Location, error) {
	var at []int64
	var kind []uint8
	for year := firstYear; p.summer.name != "" && year <= lastYear; year++ {
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
