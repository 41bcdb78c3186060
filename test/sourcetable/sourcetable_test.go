package sourcetable

import (
	"strings"
	"testing"

	"polycom.com/usagedata/core/profile"
)

func acme() profile.Profile {
	return profile.Profile{Categories: []profile.Category{
		{Name: "counts", Fields: []profile.Field{
			{Name: "users"},
			{Name: "rooms", Fields: []profile.Field{{Name: "large"}, {Name: "small"}}},
		}},
	}}
}

const begin = "# Acme\n\n## Sources of the fields\n\n### counts\n\n" + columns + "\n|---|---|---|---|\n"

func TestProblems(t *testing.T) {
	const users, rooms = "| `counts.users` | `/users` | documented | its page |\n",
		"| `counts.rooms` | `/rooms` | inferred | — |\n"
	parts := strings.ReplaceAll(rooms, ".rooms`", ".rooms.large`") + strings.ReplaceAll(rooms, ".rooms`",
		".rooms.small`")
	for name, row := range map[string]struct {
		text string
		want []string
	}{
		"well":           {begin + users + rooms + "\n## Rights\n\n| `counts.more` |\n", nil},
		"a row each":     {begin + users + parts, nil},
		"no section":     {"# Acme\n", []string{"no section", "users has no", "large has no", "small has no"}},
		"one is missing": {begin + users, []string{"rooms.large has no row", "rooms.small has no row"}},
		"one is too many": {begin + users + rooms + "| `counts.more` | a | inferred | — |\n",
			[]string{"counts.more is not"}},
		"twice": {begin + users + users + rooms, []string{"users has several rows", "has two rows"}},
		"whole and part": {begin + users + rooms + "| `counts.rooms.large` | a | inferred | — |\n",
			[]string{"large has several rows"}},
		"neither": {begin + strings.Replace(users, "documented", "known", 1) + rooms,
			[]string{"neither", "users has no"}},
		"no source": {begin + strings.Replace(users, "`/users`", "", 1) + rooms,
			[]string{"not a row", "users has no"}},
		"no document": {begin + strings.Replace(users, "its page", "", 1) + rooms,
			[]string{"not a row", "users has no"}},
		"a category": {begin + users + rooms + "| `counts` | a | inferred | — |\n", []string{"not a row"}},
	} {
		got := problems(acme(), row.text)
		if len(got) != len(row.want) {
			t.Errorf("%s: got %q want %q", name, got, row.want)
			continue
		}
		for i, want := range row.want {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: got %q want %q", name, got[i], want)
			}
		}
	}
}
