package reports

import _ "embed"

//go:embed report.schema.json
var schema []byte

// Schema is the JSON Schema of a report, and under $defs of a comparison. Every
// report of version 1 is valid, also one of an older program; a field that it does
// not name is no error.
func Schema() []byte { return schema }
