package trace

import _ "embed"

//go:embed trace.schema.json
var schema []byte

// Schema is the JSON Schema of a line of a trace.
func Schema() []byte { return schema }
