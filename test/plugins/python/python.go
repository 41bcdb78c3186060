// Package python makes a product whose plugin is written in Python. FOR TESTS ONLY: it shows that core/wire/README.md
// is all that an author in another language needs, to people and to the conformance suite. build.sh lays it out.
package python

// ID is the product's.
const ID = "python"
