// Command misbehave is a plugin FOR TESTS ONLY: every plugin on the shelf, by the name of the folder in which it is
// installed. See test/shelf.
package main

import "polycom.com/usagedata/test/shelf"

func main() { shelf.Main(false) }
