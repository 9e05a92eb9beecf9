package render

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"tenement/internal/tracestat"
	"tenement/reports"
)

// recordingFormats are the ways to write the statistics of a recording.
var recordingFormats = []struct {
	name  string
	write func(io.Writer, string, *tracestat.Stats) error
}{
	{"text", writeRecordingText},
	{"json", func(w io.Writer, _ string, s *tracestat.Stats) error { return reports.WriteJSON(w, s) }},
	{"html", writeRecordingPage},
}

// RecordingFormats are the formats that Recording knows.
func RecordingFormats() []string {
	names := make([]string, len(recordingFormats))
	for i, f := range recordingFormats {
		names[i] = f.name
	}
	return names
}

// Recording writes the statistics of a recording in one of RecordingFormats. The file
// is what they are of.
func Recording(format string, w io.Writer, file string, s *tracestat.Stats) error {
	for _, f := range recordingFormats {
		if f.name == format {
			return f.write(w, recordingName(file), s)
		}
	}
	return fmt.Errorf("unknown format %q: want one of %s", format, strings.Join(RecordingFormats(), ", "))
}

// recordingName is a file's name without its folder and its usual endings.
func recordingName(file string) string {
	name := filepath.Base(file)
	for _, ending := range []string{".gz", ".zst", ".jsonl"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// statusCount is how often a status was recorded.
type statusCount struct {
	Status string
	N      uint64
}

// statusesOf are the recorded statuses, the most frequent first.
func statusesOf(s *tracestat.Stats) []statusCount {
	var all []statusCount
	for status, n := range s.Statuses {
		all = append(all, statusCount{status, n})
	}
	slices.SortFunc(all, func(a, b statusCount) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Status, b.Status))
	})
	return all
}

// usedBy is the refusals of others that each of the tasks stands for.
func usedBy(s *tracestat.Stats) map[string]float64 {
	out := map[string]float64{}
	if s.Use != nil {
		for _, u := range s.Use.Tasks {
			out[u.Task] = u.OfOthers
		}
	}
	return out
}
