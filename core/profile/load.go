package profile

import (
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/plaintext"
	"polycom.com/usagedata/core/regular"
	"polycom.com/usagedata/core/yamlfile"
)

// FileName is the profile's name in a product's folder.
const FileName = "profile.yaml"

// defaultAge is for profiles written before the age was introduced.
const defaultAge = 30 * 24 * time.Hour

// FileAge is how long a document waits on an appliance that sends nothing itself. The collection point
// takes no documents that are older.
const FileAge = 45 * 24 * time.Hour

// ByFile returns the limits of an appliance that sends nothing itself: the documents of [FileAge] fit
// into its spool, however long they are.
func (l Limits) ByFile() Limits {
	l.Age = FileAge
	l.Spool = max(l.Spool, int64(FileAge/time.Hour)*l.Document)
	return l
}

// Load reads and checks the profile in dir. It reports all problems, joined, each with its line.
func Load(dir string) (Profile, error) {
	path := filepath.Join(dir, FileName)
	text, err := regular.Read(path, yamlfile.MaxSize)
	if err != nil {
		return Profile{}, err
	}
	return parse(path, text)
}

// Parse parses a profile in memory, such as the one that a plugin embeds.
func Parse(text []byte) (Profile, error) {
	return parse(FileName, text)
}

func parse(name string, text []byte) (Profile, error) {
	var p Profile
	file, err := yamlfile.Decode(name, plaintext.Decode(text), &p)
	if err != nil {
		return Profile{}, err
	}
	if err := p.check(file); err != nil {
		return Profile{}, err
	}
	if p.Limits.Age == 0 {
		p.Limits.Age = defaultAge
	}
	for i, c := range p.Categories {
		p.Categories[i].Fields = inheritMeasured(c.Fields, "")
	}
	return p, nil
}

// inheritMeasured copies a record's measured to all its parts that do not set it. It also copies
// the fields: if a file has the same parts under two records, only one of the records may be of the
// moment.
func inheritMeasured(fields []Field, measured string) []Field {
	var all []Field
	for _, f := range fields {
		if f.Measured == "" {
			f.Measured = measured
		}
		f.Fields = inheritMeasured(f.Fields, f.Measured)
		all = append(all, f)
	}
	return all
}
