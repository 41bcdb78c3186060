package profile

// Now is what a field says under measured when its value is that of the moment of reading: use of processors, time
// since the start, calls that are active. Two collects of one period may differ in it. A field that does not say so
// tells the same whenever the same period is read from the same sources.
const Now = "now"

// OfTheMoment tells whether the field's value is that of the moment of reading. A part says what its record says.
func (f Field) OfTheMoment() bool { return f.Measured == Now }

func (f Field) checkMeasured(found *problems, at string) {
	found.want(f.Measured == "" || f.Measured == Now, at+".measured",
		"field %s: measured is %s, or not given", f.Name, Now)
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
