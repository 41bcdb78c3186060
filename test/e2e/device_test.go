package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polycom.com/usagedata/test/stage"
)

// ANON-1, ANON-2: the answers of a video endpoint take the real path, single members and whole
// answers. None of its identities comes out, although a serial number that is sent in clear has the
// digits of the hardware address and of the default name.
func TestDeviceAnswersAreAnonymous(t *testing.T) {
	t.Parallel()
	build(t, bin, "device")
	measure(t, "../plugins/device/testdata/answers.json", "../plugins/device/testdata/answers.labels.json")
	// Recorded answers of a real endpoint are not in this repository. If there are some, they are
	// tested in the same way.
	if dir := os.Getenv("USAGEDATA_LEAK_DATA"); dir != "" {
		measure(t, filepath.Join(dir, "poly-studio-x30.json"), filepath.Join(dir, "poly-studio-x30.labels.json"))
	}
}

func measure(t *testing.T, answers, labels string) {
	t.Run(filepath.Base(answers), func(t *testing.T) {
		path, err := filepath.Abs(answers)
		if err != nil {
			t.Fatal(err)
		}
		var want struct{ Must, Keep []string }
		if err := json.Unmarshal([]byte(read(t, labels)), &want); err != nil {
			t.Fatal(err)
		}
		if len(want.Must) < 12 || len(want.Keep) < 4 {
			t.Fatalf("got %d identities and %d values to keep, want 12 and 4", len(want.Must), len(want.Keep))
		}
		p := hour(t, set(t, stage.Plan{Product: "device", Sources: "  rest: {answers: " + path + "}\n"}))
		leaked, kept := 0, 0
		for _, identity := range want.Must {
			if places := p.found(identity); len(places) > 0 {
				leaked++
				t.Errorf("%s is in %v", identity, places)
			}
		}
		for _, value := range want.Keep {
			if strings.Contains(string(p.document.Body), value) {
				kept++
				continue
			}
			t.Errorf("%s is not in the document", value)
		}
		t.Logf("%d of %d identities leaked, %d of %d values kept", leaked, len(want.Must), kept, len(want.Keep))
		p.whole(t)
	})
}
