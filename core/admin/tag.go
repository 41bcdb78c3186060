package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"polycom.com/usagedata/core/consent"
)

// Tag identifies a decision, for a client that wants to change only the decision that it was shown.
func Tag(d consent.Decision) string {
	text, err := json.Marshal(d)
	if err != nil { // an invalid choice
		text = strconv.AppendInt(nil, int64(d.Choice), 10)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
