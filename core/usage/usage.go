// Package usage holds the nouns of the house: the period a document is about, the kinds of values and how
// each is treated, a raw value that cannot be shown, an observation, and the closed list of reasons for
// which a category may be missing. It knows no file, no network and no product.
package usage
