package contract

import _ "embed"

// The documents, as `make generate` makes them of the YAML beside them.
var (
	//go:embed openapi.json
	openapi []byte
	//go:embed asyncapi.json
	asyncapi []byte
)

// OpenAPI is the contract of HTTP for machines: OpenAPI 3.1 in JSON. The bytes are shared: nobody may change them.
func OpenAPI() []byte { return openapi }

// AsyncAPI is the contract of the live messages and the events: AsyncAPI 3.0 in JSON. The bytes are shared: nobody may
// change them.
func AsyncAPI() []byte { return asyncapi }
