package profile

import (
	"fmt"
)

// licences is the one category in which serial numbers and licence information are what the reader expects. In any
// other one each such field says why it goes in clear, so that a privacy reviewer meets it (ANON-2).
const licences = "license_information"

func checkClear(found *problems, at, category string, fields []Field) {
	for i, f := range fields {
		at := fmt.Sprintf("%s.fields[%d]", at, i)
		astray := category != licences && f.InClear()
		found.want(!astray || f.Clear != "", at, "field %s: a %s outside %s must say under clear why it goes in clear",
			f.Name, f.Kind, licences)
		found.want(astray || f.Clear == "", at+".clear", "field %s: only a serial or license outside %s has clear",
			f.Name, licences)
		checkClear(found, at, category, f.Fields)
	}
}

// InClear reports whether the field's values leave as they are although they say which system it is (ANON-2).
func (f Field) InClear() bool { return f.Kind.InClear() }
