package carryover

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"maps"
	"slices"
)

// compressor compresses each value separately, so that a plugin needs a tenth of the memory and
// decompresses only the values that it recalls.
type compressor struct{ to *flate.Writer }

func (s *compressor) compress(value []byte) []byte {
	var into bytes.Buffer
	if s.to == nil {
		s.to, _ = flate.NewWriter(nil, flate.DefaultCompression) // only fails for an invalid level
	}
	s.to.Reset(&into)
	_, _ = s.to.Write(value) // a write to a buffer cannot fail
	_ = s.to.Close()
	return bytes.Clone(into.Bytes())
}

// decompress decompresses a value. It reports false if the value is damaged or too large.
func decompress(compressed []byte) ([]byte, bool) {
	value, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(compressed)), maxValue+1))
	return value, err == nil && len(value) <= maxValue
}

// layoutVersion is the version of the packed layout, in case a later SDK changes it. The layout is:
// this byte; for each entry the length of its key, the key, the length of its compressed value, and
// the value; a checksum of everything, to detect damage.
const layoutVersion = 1

const frameSize = 1 + crc32.Size

// packedSize returns the largest number of bytes that an entry can take.
func packedSize(key string, compressed []byte) int {
	return len(key) + len(compressed) + 2*binary.MaxVarintLen32
}

func pack(entries map[string][]byte) []byte {
	packed := []byte{layoutVersion}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		packed = binary.AppendUvarint(packed, uint64(len(key)))
		packed = append(packed, key...)
		packed = binary.AppendUvarint(packed, uint64(len(entries[key])))
		packed = append(packed, entries[key]...)
	}
	return binary.BigEndian.AppendUint32(packed, crc32.ChecksumIEEE(packed))
}

// unpack returns the entries, or nil if any part is damaged.
func unpack(packed []byte) map[string][]byte {
	end := len(packed) - crc32.Size
	if end < 1 || packed[0] != layoutVersion || crc32.ChecksumIEEE(packed[:end]) !=
		binary.BigEndian.Uint32(packed[end:]) {
		return nil
	}
	entries := map[string][]byte{}
	for rest := packed[1:end]; len(rest) > 0; {
		var key, value []byte
		var whole bool
		if key, rest, whole = cutPiece(rest); !whole {
			return nil
		}
		if value, rest, whole = cutPiece(rest); !whole {
			return nil
		}
		entries[string(key)] = value
	}
	return entries
}

// cutPiece cuts a length and as many bytes off the front. It reports false if there are not enough
// bytes.
func cutPiece(text []byte) (piece, rest []byte, whole bool) {
	length, n := binary.Uvarint(text)
	if n <= 0 || length > uint64(len(text)-n) {
		return nil, nil, false
	}
	end := n + int(length)
	return text[n:end], text[end:], true
}
