package anonymize

// ErrSecret is what tests from outside compare with.
var ErrSecret = errSecret
