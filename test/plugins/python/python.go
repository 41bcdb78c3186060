// Package python builds a product whose plugin is written in Python. FOR TESTS ONLY: see package
// foreign. build.sh creates it.
package python

// ID is the product's id.
const ID = "python"
