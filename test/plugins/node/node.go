// Package node builds a product whose plugin is written in Node. FOR TESTS ONLY: see package foreign.
// build.sh creates it.
package node

// ID is the product's id.
const ID = "node"
