// Package snmpd runs a real agent for tests and the demo: net-snmp's snmpd, from the Debian package of that name, on a
// free loopback port, with objects of our choice and nothing of the machine that it runs on. Only the objects are a
// stand-in: they are what public monitoring plugins read of such products, with believable values. Where those have a
// table without saying how its rows are counted, or leave a column's number out, ours is inferred; see the sets.
//
// The agent reads no configuration but its own folder's, is alone in its process group, and is killed by Close and by
// the end of the process that started it. It runs as who starts it, root or not.
//
// An object is a line `override OID TYPE VALUE` of snmpd.conf. That serves GET and GETBULK at 10 µs an object and needs
// a fifth of a second to start with 16,000 of them. Of the types that it lacks, counter64 is served by `pass`: a shell
// script, made from the objects, that snmpd runs for each of them. Those cost some 3 ms each: use few.
package snmpd
