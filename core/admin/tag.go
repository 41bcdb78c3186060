package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"polycom.com/usagedata/core/consent"
)

// Tag tells one decision from another, for who wants to change only the one that was shown.
func Tag(d consent.Decision) string {
	text, err := json.Marshal(d)
	if err != nil { // a choice that is none
		text = strconv.AppendInt(nil, int64(d.Choice), 10)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
