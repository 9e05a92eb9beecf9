package reports_test

import (
	"bytes"
	"testing"

	"tenement/reports"
)

// written is the report as JSON, without sentences.
func written(t testing.TB, r *reports.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.Write(&b, r, reports.Sentences{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// differing is where the JSON of two values differs, or nothing.
var differing = reports.Differing
