// Package usage holds the types that all other packages share: the period a document is about, a
// raw value that cannot be shown, an observation, and the closed list of reasons for which a
// category may be missing. It knows no file, no network and no product.
package usage
