package e2e

import "time"

// Shapes of the JSON output for programs. They are public interface: members may be added, but not
// removed or changed in type.
type (
	asVersion struct {
		Version string `json:"version"`
	}
	asIdentity struct {
		Since    time.Time `json:"since"`
		Broken   bool      `json:"renewal_broken_off"`
		Sentence string    `json:"sentence"`
	}
	asPlugin struct {
		SHA256   string    `json:"sha256"`
		SetAside bool      `json:"set_aside"`
		Failures int       `json:"failures"`
		At       time.Time `json:"at"`
		Reason   string    `json:"reason"`
		Starts   int       `json:"starts_today"`
		Most     int       `json:"starts_limit"`
		Problem  string    `json:"problem"`
		Sentence string    `json:"sentence"`
	}
	asCheck struct {
		Works bool `json:"works"`
		Parts []struct {
			Part  string `json:"part"`
			State string `json:"state"`
			Says  string `json:"says"`
			Hint  string `json:"hint"`
		} `json:"parts"`
	}
	asSend struct {
		Outcome  string `json:"outcome"`
		Document *struct {
			ID      string            `json:"id"`
			Period  string            `json:"period"`
			Bytes   int               `json:"bytes"`
			Values  map[string]int    `json:"values"`
			Omitted map[string]string `json:"omitted"`
			Failure string            `json:"plugin_failure"`
		} `json:"document"`
		Accepted []struct {
			ID   string `json:"id"`
			Wire int64  `json:"wire_bytes"`
		} `json:"accepted"`
		Analytics string `json:"analytics"`
	}
	asProducts []struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		State    string `json:"state"`
		Selected bool   `json:"selected"`
		Profile  int    `json:"profile"`
		SHA256   string `json:"sha256"`
		Problem  string `json:"problem"`
	}
)
