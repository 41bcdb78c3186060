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

// squeezer compresses values one by one: a plugin that holds them so needs a tenth of the room, and unpacks only what
// it asks for.
type squeezer struct{ to *flate.Writer }

func (s *squeezer) squeezed(value []byte) []byte {
	var into bytes.Buffer
	if s.to == nil {
		s.to, _ = flate.NewWriter(nil, flate.DefaultCompression) // fails for a level that there is not
	}
	s.to.Reset(&into)
	_, _ = s.to.Write(value) // a buffer takes everything
	_ = s.to.Close()
	return bytes.Clone(into.Bytes())
}

// unsqueezed gives back a value within bounds.
func unsqueezed(squeezed []byte) ([]byte, bool) {
	value, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(squeezed)), maxValue+1))
	return value, err == nil && len(value) <= maxValue
}

// packs is the layout of a packed memory, in case a later SDK has another: this byte; each entry as the length of its
// key, the key, the length of its squeezed value, and that; and the sum of it all, by which damage is known.
const packs = 1

const packedFrame = 1 + crc32.Size

// packedSize is what an entry takes at most.
func packedSize(key string, squeezed []byte) int {
	return len(key) + len(squeezed) + 2*binary.MaxVarintLen32
}

func pack(entries map[string][]byte) []byte {
	packed := []byte{packs}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		packed = binary.AppendUvarint(packed, uint64(len(key)))
		packed = append(packed, key...)
		packed = binary.AppendUvarint(packed, uint64(len(entries[key])))
		packed = append(packed, entries[key]...)
	}
	return binary.BigEndian.AppendUint32(packed, crc32.ChecksumIEEE(packed))
}

// unpack returns nothing of what is damaged in any part.
func unpack(packed []byte) map[string][]byte {
	end := len(packed) - crc32.Size
	if end < 1 || packed[0] != packs || crc32.ChecksumIEEE(packed[:end]) != binary.BigEndian.Uint32(packed[end:]) {
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

// cutPiece takes a length and as many bytes from the front.
func cutPiece(text []byte) (piece, rest []byte, whole bool) {
	length, n := binary.Uvarint(text)
	if n <= 0 || length > uint64(len(text)-n) {
		return nil, nil, false
	}
	end := n + int(length)
	return text[n:end], text[end:], true
}
