// Package timezone writes time zone files, so that a test can run a real process at any minute of the
// local clock hour.
package timezone

import (
	"bytes"
	"encoding/binary"
	"os"
	"time"
)

// Write writes a time zone file in which the local clock now shows the given minute and second of the
// hour; a process uses it with TZ=path. hours moves the zone that many hours further east. The clock
// itself is not changed.
func Write(path string, now time.Time, hours, minute, second int) error {
	into := now.Unix() % 3600
	shift := int64(hours*3600+minute*60+second) - into
	return os.WriteFile(path, file(int32(shift)), 0o644)
}

// file returns the smallest TZif file, version 1, of a zone without transitions (RFC 9636): a header,
// one type of local time, its abbreviation.
func file(shift int32) []byte {
	var b bytes.Buffer
	b.WriteString("TZif")
	b.Write(make([]byte, 16)) // version 1, and reserved
	counts := []uint32{
		0, 0, 0, // no UT/local indicators, no standard/wall indicators, no leap seconds
		0, // no transitions
		1, // one type of local time
		4, // bytes of its abbreviation
	}
	for _, n := range counts {
		_ = binary.Write(&b, binary.BigEndian, n)
	}
	_ = binary.Write(&b, binary.BigEndian, shift)
	b.Write([]byte{0, 0}) // no daylight saving; the abbreviation at index 0
	b.WriteString("TST\x00")
	return b.Bytes()
}
