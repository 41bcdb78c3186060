package carryover

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polycom.com/usagedata/core/wire"
)

func recalled(m *Store, keys ...string) map[string]string {
	found := map[string]string{}
	for _, key := range keys {
		if value, ok := m.Recall(key); ok {
			found[key] = string(value)
		}
	}
	return found
}

// An entry that is kept comes back in the next cycle. If it is not kept again, it is gone in the
// cycle after that.
func TestMemory(t *testing.T) {
	first := Open(nil)
	first.Keep("a", []byte("1"))
	first.Keep("b", nil)
	first.Keep("a", []byte("2"))
	second := Open(first.Packed())
	if diff := cmp.Diff(map[string]string{"a": "2", "b": ""}, recalled(second, "a", "b", "c")); diff != "" {
		t.Errorf("second cycle (-want +got)\n%s", diff)
	}
	second.Keep("b", []byte("3"))
	if diff := cmp.Diff(map[string]string{"a": "2", "b": "3"}, recalled(second, "a", "b")); diff != "" {
		t.Errorf("later in it (-want +got)\n%s", diff)
	}
	third := Open(second.Packed())
	if diff := cmp.Diff(map[string]string{"b": "3"}, recalled(third, "a", "b")); diff != "" {
		t.Errorf("third cycle (-want +got)\n%s", diff)
	}
	if got := third.Packed(); got != nil {
		t.Errorf("nothing kept: got %d bytes, want none", len(got))
	}
}

// [Store.Keep] and [Store.Recall] copy: the caller's bytes are not shared.
func TestCarryoverCopiesValues(t *testing.T) {
	var m Store
	value := []byte("abc")
	m.Keep("a", value)
	value[0] = 'x'
	got, _ := m.Recall("a")
	got[1] = 'x'
	if diff := cmp.Diff(map[string]string{"a": "abc"}, recalled(&m, "a")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNilCarryover(t *testing.T) {
	var none *Store
	none.Keep("a", []byte("1"))
	if got, ok := none.Recall("a"); ok || none.Packed() != nil {
		t.Errorf("got %q, want nothing", got)
	}
}

// SEND-5: the carryover stays within bounds, however much an author keeps, and everything that fits
// is kept.
func TestCarryoverIsBounded(t *testing.T) {
	var m Store
	m.Keep(strings.Repeat("k", maxKey+1), nil)
	m.Keep("too large", make([]byte, maxValue+1))
	m.Keep("large", make([]byte, maxValue))
	for i := range 12 {
		m.Keep(fmt.Sprintf("%02d", i), noise(wire.MaxCarryover/10))
	}
	packed := m.Packed()
	got := slices.Sorted(maps.Keys(Open(packed).previous))
	want := []string{"00", "01", "02", "03", "04", "05", "06", "07", "08", "large"}
	if len(packed) > wire.MaxCarryover || !slices.Equal(got, want) {
		t.Errorf("got %d bytes with entries %v, want %v", len(packed), got, want)
	}
	m.Keep("00", []byte("small")) // replaces the large entry instead of adding to it
	m.Keep("new", noise(wire.MaxCarryover/10))
	if _, ok := m.Recall("new"); !ok || len(m.Packed()) > wire.MaxCarryover {
		t.Errorf("got %v and %d bytes, want room for one more", ok, len(m.Packed()))
	}
}

// noise returns bytes that do not compress.
func noise(size int) []byte {
	text := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(text)
	return text
}

// A full carryover packs into the size that the host accepts, however short its entries are.
func TestAFullCarryoverIsKept(t *testing.T) {
	var m Store
	last := 0
	for ; last == len(m.kept); last++ {
		m.Keep(fmt.Sprint(last), nil)
	}
	if got := len(m.Packed()); got > wire.MaxCarryover || got < wire.MaxCarryover/3 {
		t.Errorf("got %d bytes of %d entries, want at most %d", got, last, wire.MaxCarryover)
	}
}

// If the carryover is damaged, it is treated as empty.
func TestDamagedCarryover(t *testing.T) {
	var m Store
	m.Keep("a key", []byte("a value"))
	whole := m.Packed()
	if len(Open(whole).previous) != 1 {
		t.Fatal("the whole can't be opened")
	}
	for i := range whole {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x40
		if got := Open(damaged).previous; len(got) > 0 {
			t.Errorf("byte %d changed: got %q, want nothing", i, got)
		}
		if got := Open(whole[:i]).previous; len(got) > 0 {
			t.Errorf("cut at %d: got %q, want nothing", i, got)
		}
	}
	for name, text := range map[string]string{
		"of a later layout": "\x02\x01a\x01b", "key cut": "\x01\x05a", "value missing": "\x01\x01a",
		"value cut": "\x01\x01a\x05b",
		"no length": "\x01\xff", "endless length": "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "nothing": "\x01",
	} {
		if got := Open(summed([]byte(text))).previous; len(got) > 0 {
			t.Errorf("%s: got %d entries, want nothing", name, len(got))
		}
	}
	var by compressor
	for name, value := range map[string]string{"not squeezed": "b",
		"beyond the bound": string(by.compress(make([]byte, maxValue+1)))} {
		m := Open(pack(map[string][]byte{"a": []byte(value)}))
		if got, ok := m.Recall("a"); ok || len(recalled(m, "a")) > 0 {
			t.Errorf("%s: got %d bytes, want nothing", name, len(got))
		}
	}
}

func summed(text []byte) []byte { return binary.BigEndian.AppendUint32(text, crc32.ChecksumIEEE(text)) }

// [Store.All] returns every entry, so that a test can search them.
func TestAllValuesOfACarryover(t *testing.T) {
	var first Store
	first.Keep("a", []byte("1"))
	first.Keep("b", []byte("2"))
	second := Open(first.Packed())
	second.Keep("b", []byte("3"))
	second.Keep("c", []byte("4"))
	got := map[string]string{}
	for key, value := range second.All() {
		got[key] = string(value)
	}
	if diff := cmp.Diff(map[string]string{"a": "1", "b": "3", "c": "4"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Collectors run concurrently. The race detector checks that the store can be shared.
func TestCarryoverIsSafeForConcurrentUse(t *testing.T) {
	m := Open(nil)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 100 {
				key := fmt.Sprint(i, j)
				m.Keep(key, []byte(key))
				_, _ = m.Recall(fmt.Sprint(j, i))
				if j == 50 {
					_ = m.Packed()
				}
			}
		})
	}
	all.Wait()
	if got := len(m.kept); got != 800 {
		t.Errorf("got %d entries, want 800", got)
	}
}

// FuzzOpen checks that [Open] stays within bounds for any input, and that an opened store packs and
// opens to the same entries.
func FuzzOpen(f *testing.F) {
	var m Store
	m.Keep("a key", []byte("a value"))
	f.Add(m.Packed(), true)
	f.Add([]byte("\x01\x01a\x01b"), false)
	f.Add([]byte("\x01\x00\x02\x03\x00\x00"), false)
	f.Fuzz(func(t *testing.T, text []byte, bare bool) {
		if !bare { // lets the fuzzer get past the checksum
			text = summed(bytes.Clone(text))
		}
		opened, again := Open(text), Open(nil)
		for key, value := range opened.All() {
			if len(value) > maxValue {
				t.Fatalf("%q: got %d bytes", key, len(value))
			}
			again.Keep(key, value)
		}
		if got := len(again.Packed()); got > wire.MaxCarryover {
			t.Errorf("got %d bytes packed", got)
		}
		third := Open(again.Packed())
		for key := range again.kept {
			want, _ := opened.Recall(key)
			if got, ok := third.Recall(key); !ok || !bytes.Equal(got, want) {
				t.Errorf("%q: got %q, want %q", key, got, want)
			}
		}
	})
}
