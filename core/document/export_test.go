package document

// These give external tests values to compare with.
var (
	ErrLeak     = errLeak
	ErrTooLarge = errTooLarge
	Schema      = schema
)

const Format = format
