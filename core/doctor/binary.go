package doctor

import (
	"encoding/hex"
	"errors"
	"fmt"

	"polycom.com/usagedata/core/internal/entrusted"
	"polycom.com/usagedata/core/usage"
)

// binary reports which binary would be started, its owner, and whether it is the installed one. The
// error is why it must not be started.
func (i Installation) binary() (found []Finding, unfit error) {
	const part = "binary/sha256"
	p := i.Settings.Installed
	installed := hex.EncodeToString(p.Sum[:])
	owner, unfit := i.owner()
	sum := skipped(part, "not compared: a user who can change the plugin can change its checksum too")
	if unfit == nil {
		if unfit = p.Verify(); unfit != nil {
			unfit = fmt.Errorf("%w; at installation it was %s", unfit, installed)
		}
		sum = tried(part, installed+", as installed", unfit)
	}
	return []Finding{works("binary", p.Plugin()), owner, sum, i.signer()}, unfit
}

func (i Installation) owner() (Finding, error) {
	uid, err := i.Settings.Installed.Owner()
	says := nameOf(uid) + "; no other user may change it, its profile, its checksum or a folder above"
	return tried("binary/owner", says, err), err
}

// signer reports the signer of the product. If a signature is required, a wrong one was refused
// when the configuration was loaded.
func (i Installation) signer() Finding {
	const part = "binary/signature"
	if i.Settings.Signer == "" {
		return skipped(part, "not required: vendor_keys is not configured")
	}
	return works(part, "the whole folder is signed by "+i.Settings.Signer)
}

// nameOf returns a user as a word of a sentence.
func nameOf(uid uint32) string {
	name, known := entrusted.Account(uid)
	if !known {
		return "user " + name
	}
	return name
}

// starts reports how the plugin's starts ended. If the record is damaged, that is a failure until
// the next cycle replaces it.
func (i Installation) starts() Finding {
	var err error
	if s := i.Starts; s.SetAside || s.Problem != "" || s.Starts >= s.StartsMost {
		err = usage.WithHint(errors.New(s.Sentence), s.Hint)
	}
	return tried("binary/starts", i.Starts.Sentence, err)
}
