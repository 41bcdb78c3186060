package api

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// logs streams the log archive (VIEW-2). If an error comes in the middle, the connection is cut, so
// that a part is not mistaken for the whole.
func (a *api) logs(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="usage-data-logs-%s-%s.zip"`, a.Profile.ID,
		a.Now().Format("20060102-1504")))
	if r.Method == http.MethodHead {
		return
	}
	if !a.archiving.TryLock() {
		w.Header().Del("Content-Disposition")
		refuseForNow(w, 10*time.Second, errors.New("another log archive is being made"))
		return
	}
	defer a.archiving.Unlock()
	out := &countingWriter{Writer: w}
	err := a.Archive(out)
	switch {
	case err != nil && out.n > 0:
		panic(http.ErrAbortHandler)
	case err != nil:
		w.Header().Del("Content-Disposition")
		refuse(w, http.StatusInternalServerError, err)
	}
}
