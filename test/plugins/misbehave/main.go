// Command misbehave is a plugin FOR TESTS ONLY: every plugin on the shelf, by the name of the folder in which it is
// installed. See test/shelf/misbehave.
package main

import "polycom.com/usagedata/test/shelf/misbehave"

func main() { misbehave.Main() }
