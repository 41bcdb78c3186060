package profile

import "reflect"

// Changes lists how the categories differ from those of an earlier release, which requires a higher
// [Profile.Version]: the path of each category, field or part, and whether it was added, removed or
// changed. The texts count too: a customer accepted a field for the purpose that it named.
func (p Profile) Changes(earlier Profile) []string {
	var c changes
	c.compare("", asFields(earlier.Categories), asFields(p.Categories))
	for _, is := range p.Categories {
		if was, there := earlier.Find(is.Name); there && was.Optional != is.Optional {
			c = append(c, is.Name+": optional: changed")
		}
	}
	if len(c) == 0 && !reflect.DeepEqual(earlier.Categories, p.Categories) {
		c = append(c, "categories: in another order")
	}
	return c
}

func asFields(categories []Category) (fields []Field) {
	for _, c := range categories {
		fields = append(fields, Field{Name: c.Name, Doc: c.Doc, Fields: c.Fields})
	}
	return fields
}

type changes []string

func (c *changes) compare(above string, was, is []Field) {
	for _, f := range was {
		if _, there := find(is, f.Name); !there {
			*c = append(*c, above+f.Name+": removed")
		}
	}
	for _, f := range is {
		before, there := find(was, f.Name)
		if !there {
			*c = append(*c, above+f.Name+": added")
			continue
		}
		bare, bareBefore := f, before
		bare.Fields, bareBefore.Fields = nil, nil
		if !reflect.DeepEqual(bare, bareBefore) {
			*c = append(*c, above+f.Name+": changed")
		}
		c.compare(above+f.Name+".", before.Fields, f.Fields)
	}
}
