package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	random "math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"polycom.com/usagedata/core/anonymize"
	"polycom.com/usagedata/core/document"
	"polycom.com/usagedata/core/kind"
	"polycom.com/usagedata/core/profile"
	"polycom.com/usagedata/core/usage"
)

// fleet has the documents of some appliances of each product, made by the host's own code. Each document
// that is sent is one of them under an id of its own.
type fleet struct {
	period    usage.Period
	products  []string
	templates map[string][]template
}

// template is a document, without its id.
type template struct{ before, after []byte }

const idLetters = "0123456789abcdefghjkmnpqrstvwxyz"

// maxEach is the number of appliances of each product, unless the documents are few. Theirs repeat at a
// distance that is larger than a frame of a segment, so that they pack as those of different appliances.
const maxEach = 200

func newFleet(plugins string, documents int, now time.Time) (*fleet, error) {
	paths, err := filepath.Glob(filepath.Join(plugins, "*", "profile.yaml"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no profiles in %s", plugins)
	}
	f := &fleet{period: usage.LastPeriod(now), templates: map[string][]template{}}
	for _, path := range paths {
		p, err := profile.Load(filepath.Dir(path))
		if err != nil {
			return nil, err
		}
		f.products = append(f.products, p.ID)
		for n := range min(maxEach, 20+documents/100) {
			made, err := appliance{random.New(random.NewPCG(uint64(n), 25))}.document(p, f.period)
			if err != nil {
				return nil, err
			}
			f.templates[p.ID] = append(f.templates[p.ID], made)
		}
	}
	return f, nil
}

// next returns the document with this number, under an id that no other has.
func (f *fleet) next(product string, n int) (id string, body []byte) {
	var last [26]byte
	_, _ = rand.Read(last[:])
	for i, b := range last {
		last[i] = idLetters[b%32]
	}
	id = product + "-" + f.period.String() + "-" + string(last[:])
	all := f.templates[product]
	from := all[n%len(all)]
	return id, bytes.Join([][]byte{from.before, from.after}, []byte(id))
}

func (f *fleet) product(n int) string { return f.products[n%len(f.products)] }

// appliance draws the values that one appliance reports.
type appliance struct{ *random.Rand }

func (a appliance) document(p profile.Profile, period usage.Period) (template, error) {
	var observed []usage.Observation
	for _, c := range p.Categories {
		for _, f := range c.Fields {
			observed = append(observed, usage.Observation{
				Category: c.Name, Field: usage.Raw(f.Name), Value: a.value(f),
			})
		}
	}
	key := anonymize.EphemeralKey()
	treated := anonymize.Treat(key, p, anonymize.Unnamed(), observed)
	id := fmt.Sprintf("%s-%s-%s", p.ID, period, key.ID("document"))
	header := document.Header{
		ID: id, System: key.System(), Period: period, Profile: p,
		Host: "1.0.0", Plugin: anonymize.Version(usage.Raw("1.0.0")),
	}
	body, _, err := document.New(header, treated.Facts, treated.Emptied, treated.Tally).Encode(treated.Gate)
	if err != nil {
		return template{}, fmt.Errorf("make a document of %s: %w", p.ID, err)
	}
	before, after, found := bytes.Cut(body, []byte(id))
	if !found {
		return template{}, fmt.Errorf("a document of %s has no id", p.ID)
	}
	return template{before, after}, nil
}

func (a appliance) value(f profile.Field) usage.Value {
	switch {
	case f.List > 0:
		one := f
		one.List = 0
		var list usage.List
		for range 1 + a.IntN(min(f.List, 4)) {
			list = append(list, a.value(one))
		}
		return usage.Raw(list)
	case len(f.Fields) > 0:
		record := usage.Record{}
		for _, part := range f.Fields {
			record[part.Name] = a.value(part)
		}
		return usage.Raw(record)
	case len(f.By) > 0:
		return usage.Raw(usage.Record{f.By[a.IntN(len(f.By))]: usage.Raw(a.scalar(f))})
	}
	return usage.Raw(a.scalar(f))
}

var (
	releases = strings.Fields("10.0 10.7 10.8 6.2.3 6.4.0 8.4.0 9.0.1 10.2.1 7.5.0")
	licenses = strings.Fields("HD_H264 SVC VMR TIP CALLS_1000 LYNC_GW")
)

func (a appliance) scalar(f profile.Field) any {
	day := time.Unix(1_700_000_000+a.Int64N(1<<26), 0).UTC()
	switch f.Kind {
	case kind.Count:
		return a.Int64N(10_000)
	case kind.Measure:
		return a.Int64N(1 << 34)
	case kind.Duration:
		return a.Int64N(1 << 20)
	case kind.Flag:
		return a.IntN(2) == 0
	case kind.Enum:
		return f.Values[a.IntN(len(f.Values))]
	case kind.Version:
		return releases[a.IntN(len(releases))]
	case kind.License:
		return licenses[a.IntN(len(licenses))]
	case kind.Time:
		return day.Format(time.RFC3339)
	case kind.Date:
		return day.Format(time.DateOnly)
	case kind.Serial:
		return fmt.Sprintf("8K%d%04dD%dEA", 1000+a.IntN(9000), a.IntN(10_000), a.IntN(10))
	}
	return kind.Of(f.Kind).Example
}

// packed is a document as it is sent.
type packed struct {
	id, product string
	content     []byte
}

// pack writes so many documents to a file, as they are sent, so that a measurement does not measure how
// appliances pack them. It returns their mean size, unpacked and packed.
func (f *fleet) pack(path string, count int) (plain, sent int, err error) {
	file, err := os.Create(path)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	var mu sync.Mutex
	var all sync.WaitGroup
	var failed error
	workers := runtime.NumCPU()
	for worker := range workers {
		all.Go(func() {
			for n := worker; n < count; n += workers {
				product := f.product(n)
				id, body := f.next(product, n/len(f.products))
				content, err := compress(body)
				mu.Lock()
				plain, sent = plain+len(body), sent+len(content)
				for _, part := range [][]byte{[]byte(product), []byte(id), content} {
					var length [4]byte
					binary.BigEndian.PutUint32(length[:], uint32(len(part)))
					_, _ = out.Write(length[:])
					_, _ = out.Write(part)
				}
				if err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if failed == nil {
		failed = out.Flush()
	}
	return plain / count, sent / count, failed
}

// compress packs as core/upload does.
func compress(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

// packages reads documents that pack wrote. It is safe for concurrent use.
type packages struct {
	mu   sync.Mutex
	from *bufio.Reader
	left int
}

func openPackages(path string, count int) (*packages, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &packages{from: bufio.NewReaderSize(file, 1<<20), left: count}, nil
}

// next returns the next document, or false if there is none.
func (p *packages) next() (packed, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left == 0 {
		return packed{}, false
	}
	p.left--
	product, id, content := p.part(), p.part(), p.part()
	return packed{string(id), string(product), content}, content != nil
}

func (p *packages) part() []byte {
	var length [4]byte
	if _, err := io.ReadFull(p.from, length[:]); err != nil {
		return nil
	}
	part := make([]byte, binary.BigEndian.Uint32(length[:]))
	if _, err := io.ReadFull(p.from, part); err != nil {
		return nil
	}
	return part
}
