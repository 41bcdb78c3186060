package rotation

import (
	"testing"

	"polycom.com/usagedata/test/rotatedfile"
)

// A file is read together with its rotated predecessors, and not with files whose names only begin
// alike. The host's permissions and the plugin's readers use the same table.
func TestNames(t *testing.T) {
	for configured, names := range rotatedfile.Beside(t) {
		for _, name := range append(names.Same, configured) {
			if !Of(configured)(name) {
				t.Errorf("%q of %q: got false want true", name, configured)
			}
		}
		for _, name := range names.Others {
			if Of(configured)(name) {
				t.Errorf("%q of %q: got true want false", name, configured)
			}
		}
	}
}

// Any name may be configured, and a suffix is never another extension.
func FuzzOf(f *testing.F) {
	for _, name := range []string{"usage.csv", "sip.cfg", ".gz", "a\nb", "(", "ſ.K", "x.tar.gz", "..", "\xff.csv"} {
		f.Add(name, "-1")
	}
	f.Fuzz(func(t *testing.T, name, behind string) {
		of := Of(name)
		if !of(name) || !of(name+".1") {
			t.Errorf("%q is not one of its own", name)
		}
		if of(name + behind + ".key") {
			t.Errorf("%q is one of %q", name+behind+".key", name)
		}
	})
}
