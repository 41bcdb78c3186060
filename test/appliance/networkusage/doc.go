// Package networkusage stands in for the Network Usage export of a conferencing appliance, for tests and the demo only.
// It writes what is publicly known of that file, fills the gaps with inventions of its own, and is not claimed to be
// compatible with any real product.
//
// An export is a CSV file with a header. Each minute has a row for each scope: a throttle point, a territory or a
// cluster, of which only the name is given. A call is counted in every scope that it is in. The date is minutes since
// 1970. -1 stands for none. The columns whose names are not public are left out, but for three inventions that a
// reader does not know.
package networkusage
