// Package compare lists how two documents differ, value by value, for the administrator: the page, the
// command and the API show the same list.
package compare

import (
	"errors"
	"fmt"
	"strings"
)

// Mark says how a value differs. The zero value means that it does not.
type Mark string

// The marks, as they are shown.
const (
	Added   Mark = "added"
	Removed Mark = "removed"
	Changed Mark = "changed"
)

// Sign returns a sign that is shown next to the word, so that the meaning depends neither on the
// color nor on the word alone.
func (m Mark) Sign() string {
	return map[Mark]string{Added: "+", Removed: "−", Changed: "≠"}[m]
}

// Difference is one value that differs between two documents.
type Difference struct {
	Mark     Mark   `json:"difference"`
	Category string `json:"category"`
	Path     string `json:"path"` // within the category
	Was      string `json:"was"`
	Now      string `json:"now"`
}

// Field returns the category and the path as one: counts.users.
func (d Difference) Field() string { return strings.TrimSuffix(d.Category+"."+d.Path, ".") }

// Result is how the second of two documents differs from the first.
type Result struct {
	Differences []Difference
	// Profiles are the versions of the profiles that the two were made with. If they differ, a field
	// may have another meaning or another unit.
	Profiles [2]string
	// Renewed means that the identity was renewed in between: all pseudonyms are other ones.
	Renewed bool
}

// Notes says what a reader must know to understand the differences, in sentences.
func (r Result) Notes() (notes []string) {
	if r.Profiles[0] != r.Profiles[1] {
		notes = append(notes, fmt.Sprintf("The first was made with profile %s, the second with profile %s: a field "+
			"may have another meaning or unit.", r.Profiles[0], r.Profiles[1]))
	}
	if r.Renewed {
		notes = append(notes, "The identity was renewed in between, so all pseudonyms differ.")
	}
	return notes
}

var errProducts = errors.New("compare: the documents are about two products")

// Documents lists the values that are different in the second document, by category and path, in the
// documents' order.
func Documents(before, after []byte) (r Result, err error) {
	was, err := flatten(before)
	if err != nil {
		return r, err
	}
	now, err := flatten(after)
	if err != nil {
		return r, err
	}
	if was.product != now.product {
		return r, errProducts
	}
	r.Profiles, r.Renewed = [2]string{was.profile, now.profile}, was.system != now.system
	for _, v := range now.order {
		if old, there := was.by[v]; !there {
			r.add(Added, v, "", now.by[v])
		} else if old != now.by[v] {
			r.add(Changed, v, old, now.by[v])
		}
	}
	for _, v := range was.order {
		if _, there := now.by[v]; !there {
			r.add(Removed, v, was.by[v], "")
		}
	}
	return r, nil
}

func (r *Result) add(m Mark, path, was, now string) {
	category, rest, _ := strings.Cut(path, ".")
	r.Differences = append(r.Differences, Difference{Mark: m, Category: category, Path: rest, Was: was, Now: now})
}

// flat holds a document's scalars by their path, and the paths in order.
type flat struct {
	by                       map[string]string
	order                    []string
	product, profile, system string
}

func flatten(text []byte) (flat, error) {
	f := flat{by: map[string]string{}}
	err := Walk(text, func(path []byte, value Scalar) {
		inner, collected := strings.CutPrefix(string(path), "categories.")
		switch {
		case collected:
			f.set(inner, value.String())
		case inner == "product.id":
			f.product = value.String()
		case inner == "profile":
			f.profile = value.String()
		case inner == "system":
			f.system = value.String()
		}
	})
	return f, err
}

func (f *flat) set(path, text string) {
	if _, twice := f.by[path]; !twice {
		f.order = append(f.order, path)
	}
	f.by[path] = text
}
