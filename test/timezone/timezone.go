// Package timezone makes time zones, so that a real process can be tried at any minute of the local clock hour.
package timezone

import (
	"bytes"
	"encoding/binary"
	"os"
	"time"
)

// Write writes a time zone file in which the local clock shows the given minute and second of the hour now, so that a
// real process can be tried at any minute: TZ=path. hours puts it so many hours further east. The clock itself is not
// touched.
func Write(path string, now time.Time, hours, minute, second int) error {
	into := now.Unix() % 3600
	shift := int64(hours*3600+minute*60+second) - into
	return os.WriteFile(path, file(int32(shift)), 0o644)
}

// file is the smallest TZif file, version 1, of a zone without shifts (RFC 9636): a header, one type of local time,
// its abbreviation.
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
