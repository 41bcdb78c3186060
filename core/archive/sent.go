package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// maxSent bounds the documents of the history in the archive, in bytes.
const maxSent = 64 << 20

// sent writes the documents of the history, each byte for byte, the newest first, as many as there is
// room for. Only those of the present identity are written: the archive leaves the appliance, and with
// documents of two identities whoever gets it could link the pseudonyms that renewing has parted.
func (a *writer) sent() {
	list, err := a.contents.Sent.List()
	if err != nil {
		a.noteMissing("sent", err)
	}
	room, identity := min(maxSent, a.room), ""
	for i, d := range list {
		if a.err != nil {
			return
		}
		body, err := a.contents.Sent.Read(d.ID)
		if errors.Is(err, fs.ErrNotExist) { // it was removed just now
			continue
		}
		name := "sent/" + d.ID + ".json"
		if err != nil {
			a.noteMissing(name, err)
			continue
		}
		var of struct{ System string }
		_ = json.Unmarshal(body, &of) // what has no identity belongs to none
		if identity == "" {
			identity = of.System
		}
		if of.System != identity {
			a.parted++
			continue
		}
		if room -= int64(len(body)); room < 0 {
			a.missing = append(a.missing, fmt.Sprintf("%d older documents in sent: there is no room", len(list)-i))
			return
		}
		a.room -= int64(len(body))
		a.text(name, string(body))
	}
}
