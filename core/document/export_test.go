package document

// What tests from outside compare with.
var (
	ErrLeak     = errLeak
	ErrTooLarge = errTooLarge
	Schema      = schema
)

const Format = format
