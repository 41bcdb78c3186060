package profile

import (
	"path/filepath"
	"time"

	"polycom.com/usagedata/core/internal/plaintext"
	"polycom.com/usagedata/core/internal/regular"
	"polycom.com/usagedata/core/internal/yamlfile"
)

// FileName is the profile's name in a product's folder.
const FileName = "profile.yaml"

// defaultAge is for profiles that were written before there was an age.
const defaultAge = 30 * 24 * time.Hour

// Load reads and checks the profile in dir. All problems are reported, joined, each with its line.
func Load(dir string) (Profile, error) {
	path := filepath.Join(dir, FileName)
	text, err := regular.Read(path, yamlfile.MaxSize)
	if err != nil {
		return Profile{}, err
	}
	return parse(path, text)
}

// Parse reads a profile from memory: a plugin embeds its own.
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
		p.Categories[i].Fields = inherited(c.Fields, "")
	}
	return p, nil
}

// inherited hands down to all parts of a record what it says under measured. The fields are copied: where a file has
// the same parts under two records, one of them may be of the moment and the other not.
func inherited(fields []Field, measured string) []Field {
	var all []Field
	for _, f := range fields {
		if f.Measured == "" {
			f.Measured = measured
		}
		f.Fields = inherited(f.Fields, f.Measured)
		all = append(all, f)
	}
	return all
}
