package main

import "polycom.com/usagedata/core/commandline"

// examples are those of each command.
var examples = map[string][]commandline.Example{
	"try":     {{"Receive on this machine, with a new authority and certificate.", "usagedata-collect try /tmp/try"}},
	"receive": {{"Receive as the configuration says.", "usagedata-collect receive"}},
	"verify":  {{"Check all that is stored.", "usagedata-collect verify"}},
	"show":    {{"Print a document.", "usagedata-collect show dma-20260301T1300Z-8w3sz6m0k4q2c7v9x5b1n3j6h8"}},
	"import":  {{"Store what was brought from a site without a network.", "usagedata-collect import site.export"}},
	"expire":  {{"Remove what is past its retention.", "usagedata-collect expire"}},
	"check":   {{"Find a part that does not work.", "usagedata-collect check"}},
	"version": {{"Print the version.", "usagedata-collect version"}},
}
