// Package python builds a product whose plugin is written in Python. FOR TESTS ONLY: it shows
// people and the conformance suite that an author in another language needs only
// core/wire/README.md. build.sh creates it.
package python

// ID is the product's id.
const ID = "python"
