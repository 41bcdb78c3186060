//go:build race

package leak

// appliances is the number of appliances of [TestNothingIsWithheldByChance]. The race detector makes
// them four times as slow; make test runs all 1,000 without it.
const appliances = 100
