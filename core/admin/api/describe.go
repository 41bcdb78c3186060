package api

import _ "embed"

// description is the API in OpenAPI 3.1, as it is served.
//
//go:embed openapi.json
var description []byte
