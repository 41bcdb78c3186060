package anonymize

// ErrSecret lets external tests compare with errSecret.
var ErrSecret = errSecret
