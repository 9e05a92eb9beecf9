package render

import (
	"io"

	"tenement/reports"
	"tenement/reports/diagnosis"
)

// writeJSON writes the model, and what is said of it in words.
func writeJSON(w io.Writer, d *diagnosis.Diagnosis) error {
	return reports.Write(w, d.Report, d.Sentences())
}
