package archive

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ANON-1: a name is found in a text of any source, even if the line is too long to be searched in
// one piece.
func TestNamesAreFoundInEverySource(t *testing.T) {
	c := whole(t)
	long := strings.Repeat("x", maxLine-len(host)/2) + host + strings.Repeat("x", 2*maxLine)
	fill(t, c.Logs[0], "a line\n"+long+"\nanother")
	c.Versions = "host 1.2.0\nkernel: 6.1-" + host + "\n"
	files, _ := unzipped(t, c)
	if got, want := files["usagedata.log"], "a line\n"+withheldLine+"another\n"; got != want {
		t.Errorf("usagedata.log: got %d bytes want %q", len(got), want)
	}
	if got, want := files["versions.txt"], "host 1.2.0\n"+withheldLine; got != want {
		t.Errorf("versions.txt: got %q want %q", got, want)
	}
}

// ANON-1: no person is named by a damaged file, or by a line that names two.
func TestPeopleGetPseudonyms(t *testing.T) {
	c := whole(t)
	for text, want := range map[string]string{
		"{\n  \"actor\": \"Ada":       "",
		"Ada decided\n":               "",
		"{\n  \"actor\":\n\"Ada\"\n}": "{\n  \"actor\": \"user-3\"\n}\n",
		`{"actor":"Ada","was":{"Actor":"Ada"}}`: "{\n  \"actor\": \"user-3\",\n  \"was\": {\n    \"Actor\": " +
			"\"user-3\"\n  }\n}\n",
		`{"way":"the actor's page","actor":"A\u0064a"}`: "{\n  \"way\": \"the actor's page\",\n  \"actor\": " +
			"\"user-3\"\n}\n",
		`{"actor":["Ada"]}`: "",
	} {
		fill(t, c.Decision, text)
		files, _ := unzipped(t, c)
		if got := files["decision.json"]; got != want {
			t.Errorf("%q: got %q want %q", text, got, want)
		}
		if missing := strings.Contains(files["README.txt"],
			"Missing: decision.json: it can't be read."); missing != (want == "") {
			t.Errorf("%q: got %t want %t for what is said of it", text, missing, want == "")
		}
	}
	const two, torn = `{"actor":"Ada","was":{"actor":"Ada"}}` + "\n", `{"actor":"Ada`
	fill(t, c.History, two+torn)
	files, _ := unzipped(t, c)
	if got, want := files["decisions.jsonl"], strings.ReplaceAll(two, "Ada", "user-3")+withheldLine; got != want {
		t.Errorf("history: got %q want %q", got, want)
	}
}

// A file that is too long is cut off, or left out if it is the document, and README.txt says so.
func TestBounds(t *testing.T) {
	c := whole(t)
	line := strings.Repeat("x", 1<<15-1) + "\n"
	fill(t, c.Analytics, strings.Repeat("x", maxDocument+1))
	fill(t, c.Logs[0], strings.Repeat(line, maxFile/len(line)))
	fill(t, c.Logs[1], strings.Repeat(line, maxFile/len(line))+"one more\n")
	files, names := unzipped(t, c)
	if names[0] == "analytics.json" {
		t.Error("got a piece of analytics.json")
	}
	want := []string{"Missing: analytics.json: it is too long.\r",
		"Missing: usagedata.log.1 (in part): it is too long.\r"}
	var got []string
	for line := range strings.SplitSeq(files["README.txt"], "\n") {
		if strings.HasPrefix(line, "Missing") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("README.txt (-want +got):\n%s", diff)
	}
	if len(files["usagedata.log"]) != maxFile || len(files["usagedata.log.1"]) != maxFile {
		t.Errorf("got %d and %d bytes want %d of each", len(files["usagedata.log"]), len(files["usagedata.log.1"]),
			maxFile)
	}
}

func fill(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}
